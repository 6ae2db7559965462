import type { Giver } from "../../core/audit/files.ts";
import type { OpenNode } from "../wire.ts";
import type { Reach } from "./reach.ts";
import { SwarmError } from "../../core/errors.ts";
import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Address, PeerId } from "../../core/primitives.ts";

/** Reasons that say nothing about the file: the daemon has not read as far in the ledger as the audit, or has too much to do. */
const NO_ANSWER = /^(another task|busy|not ready)/;

/** The running network, as an audit asks it. */
export interface AskedNetwork {
  node: OpenNode;
  view: NetworkView;
  reach: Reach;
}

/** Keeps in mind whether a node answered at all, be it with a no. */
export function heard(reach: Reach, node: PeerId, error: unknown): void {
  const away = error instanceof SwarmError && (error.code === "PEER_UNREACHABLE" || error.code === "PEER_TIMEOUT");
  if (away) reach.failed(node, error);
  else reach.answered(node);
}

/** Whether a member that did not give a file has said so, or could not be asked. */
export const isAnswer = (error: unknown): boolean =>
  error instanceof SwarmError &&
  (error.code === "PEER_WRONG_BYTES" || (error.code === "PEER_REFUSED" && !NO_ANSWER.test(String(error.data.reason))));

export const peersOf = (view: NetworkView, accounts: readonly Address[]): PeerId[] =>
  accounts.flatMap((account) => view.registry.registrations.get(account)?.peerId ?? []);

/** A node as the giver of a file. */
export const nodeCalled = (name: string): Giver => ({ kind: "node", name });
