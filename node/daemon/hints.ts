import type { Hint } from "../ports/network.ts";
import type { PeerContext } from "./components.ts";

/** Tells members that it is worth looking at the ledger now. Losing a hint costs time and nothing else, so it is not waited for. */
export function announce(context: PeerContext, hint: Omit<Hint, "taskId">): void {
  context.network.publishHint({ taskId: context.taskId, ...hint }).catch((error: unknown) => {
    context.logger.debug("a hint was not sent", { what: hint.what, error });
  });
}
