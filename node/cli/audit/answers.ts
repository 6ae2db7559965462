import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Address, PeerId } from "../../core/primitives.ts";

/** Reasons that say nothing about the file: the daemon has not read as far in the ledger as the audit, or has too much to do. */
const NO_ANSWER = /^(another task|busy|not ready)/;

/** Whether a member that did not give a file has said so, or could not be asked. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof SwarmError &&
  (error.code === "PEER_WRONG_BYTES" || (error.code === "PEER_REFUSED" && !NO_ANSWER.test(String(error.data.reason))));

export const peersOf = (view: NetworkView, accounts: readonly Address[]): PeerId[] =>
  accounts.flatMap((account) => view.registry.registrations.get(account)?.peerId ?? []);
