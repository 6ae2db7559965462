import { has } from "../core/ledger/masks.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { isBarred, mayConnect } from "../core/ledger/view/registry.ts";
import { memberOf } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { AdmittedPeer } from "../ports/network.ts";

/** Whether an account may connect and read at `now` (unix seconds): a licence that counts, or one that expired during the open attempt (R10). */
export function isAdmitted({ registry, tasks }: NetworkView, taskId: Bytes32, account: Address, now: number): boolean {
  if (mayConnect(registry, account, now)) return true;
  const task = tasks.get(taskId);
  if (task?.phase !== "running" || !task.attempt || isBarred(registry, account, now)) return false;
  const member = memberOf(task, account);
  return member >= 0 && has(task.attempt.snapshot, member);
}

/** Peers that may connect at `now`: registered nodes and auditors that are admitted, without this node itself. */
export function admittedPeers(view: NetworkView, taskId: Bytes32, self: Address, now: number): AdmittedPeer[] {
  const { registry } = view;
  const admitted: AdmittedPeer[] = [];
  for (const { account, peerId, addresses } of registry.registrations.values()) {
    if (account === self || !isAdmitted(view, taskId, account, now)) continue;
    const isAuditor = registry.licenses.get(account)?.role === "auditor";
    // Auditors come when they want to read; nobody needs to dial them.
    admitted.push({
      peerId,
      account,
      role: isAuditor ? "auditor" : "node",
      addresses: isAuditor ? [] : [...addresses],
    });
  }
  return admitted;
}

/** Tells two admissions apart without regard to order of equal entries. */
export const admissionKey = (peers: AdmittedPeer[]): string => JSON.stringify(peers);
