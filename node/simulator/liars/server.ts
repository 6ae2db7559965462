import type { PeerComponents } from "../../daemon/components.ts";
import type { FileHandler } from "../../ports/network.ts";
import type { Liar } from "../schedule/schedule.ts";
import { never } from "../world/never.ts";
import type { Temper } from "./lying.ts";

/** Does not give what it owes to members. */
export function asServer(usual: PeerComponents, what: Liar["server"], { lies }: Temper): PeerComponents {
  if (what === "honest") return usual;
  const { network } = usual;
  const spoilt =
    (handler: FileHandler): FileHandler =>
    async (from, request) => {
      if (!lies()) return handler(from, request);
      if (what === "refuses") return { refused: "not held" };
      if (what === "hangs") return never;
      return Uint8Array.of(1, 2, 3);
    };
  return { ...usual, network: { ...network, serveFiles: (handler) => network.serveFiles(spoilt(handler)) } };
}
