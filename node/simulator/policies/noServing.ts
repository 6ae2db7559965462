import type { Policy } from "./policy.ts";

/** Without R5: an update is to be had from its author, who may seal it to some only, and from nobody else. */
export const noServing: Policy = {
  words: "nodes do not give opened updates to members, so who seals to some only can stop the others",
  components: ({ network }) => ({
    network: {
      ...network,
      serveFiles: (handler) =>
        network.serveFiles(async (from, request) =>
          request.kind === "update" ? { refused: "only models are served" } : handler(from, request),
        ),
    },
  }),
};
