import type { CouncilAct } from "../core/ledger/events.ts";
import { licenseState } from "../core/ledger/view/licenseState.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { LicenceEntry, ProposalEntry } from "./entries.ts";
import type { NamesOf } from "./ledgerTable.ts";

/** How the command line speaks of acts of the council; the page says the same. */
export interface ActWords {
  describe(act: CouncilAct, view: NetworkView): string;
  /** What another licensor types to approve it. */
  command(act: CouncilAct, proposalId: number): string;
}

/** Proposals that can still be approved: not carried out, and made under the present council. */
export function proposalEntries(view: NetworkView, words: ActWords): ProposalEntry[] {
  const { proposals, epoch, licensors, threshold } = view.registry;
  return [...proposals.values()]
    .filter((proposal) => !proposal.executed && proposal.epoch === epoch)
    .map(({ id, act, approvedBy }) => ({
      id,
      words: words.describe(act, view),
      approvedBy: [...approvedBy],
      missing: [...licensors].filter((licensor) => !approvedBy.includes(licensor)),
      threshold,
      command: words.command(act, id),
    }));
}

/** All licences that were ever given, the revoked ones too. @param now unix seconds */
export function licenceEntries({ registry }: NetworkView, now: number, nameOf: NamesOf): LicenceEntry[] {
  return [...registry.licenses].map(([account, { role, expiresAt }]) => ({
    account,
    name: nameOf(account) ?? null,
    role: role === "auditor" ? role : "node",
    state: licenseState(registry, account, now),
    expiresAt,
    registered: registry.registrations.has(account),
  }));
}
