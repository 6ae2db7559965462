import { mayConnect, type RegistryView } from "../core/ledger/view/registry.ts";
import type { Address } from "../core/primitives.ts";
import type { AdmittedPeer } from "../ports/network.ts";

/** Peers that may connect at `now` (unix seconds): registered nodes and auditors with a licence that counts, without this node itself. */
export function admittedPeers(registry: RegistryView, self: Address, now: number): AdmittedPeer[] {
  const admitted: AdmittedPeer[] = [];
  for (const { account, peerId, addresses } of registry.registrations.values()) {
    if (account === self || !mayConnect(registry, account, now)) continue;
    const isAuditor = registry.licenses.get(account)?.role === "auditor";
    // Auditors come when they want to read; nobody needs to dial them.
    admitted.push({ peerId, account, role: isAuditor ? "auditor" : "node", addresses: isAuditor ? [] : [...addresses] });
  }
  return admitted;
}

/** Tells two admissions apart without regard to order of equal entries. */
export const admissionKey = (peers: AdmittedPeer[]): string => JSON.stringify(peers);
