import type { NetworkView } from "../../core/ledger/view/network.ts";
import type { Address } from "../../core/primitives.ts";
import { admittedPeers } from "../../daemon/admission.ts";
import type { AdmittedPeer } from "../../ports/network.ts";

/** Everyone who may hold files of any task at `now` (unix seconds). */
export function peersOfAllTasks(view: NetworkView, self: Address, now: number): AdmittedPeer[] {
  const peers = [...view.tasks.keys()].flatMap((taskId) => admittedPeers(view, taskId, self, now));
  return [...new Map(peers.map((peer) => [peer.peerId, peer])).values()];
}
