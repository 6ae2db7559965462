import type { CouncilAct } from "../core/ledger/events.ts";
import type { ProposalView, RegistryView } from "../core/ledger/view/registry.ts";
import type { Address } from "../core/primitives.ts";

/** Proposals that can still be approved: not executed, and made under the present council. */
export function openProposals(registry: RegistryView): ProposalView[] {
  return [...registry.proposals.values()].filter(({ executed, epoch }) => !executed && epoch === registry.epoch);
}

/** Licensors whose approval a proposal could still get. */
export function missingLicensors(registry: RegistryView, proposal: ProposalView): Address[] {
  return [...registry.licensors].filter((licensor) => !proposal.approvedBy.includes(licensor));
}

export function sameAct(a: CouncilAct, b: CouncilAct): boolean {
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]) as Set<keyof CouncilAct>;
  return [...keys].every((key) => a[key] === b[key]);
}

/** Licences of one account whose ends lie at most so far apart count as the same wish: `--days 365` typed on different days. */
const SAME_WISH_SECONDS = 7 * 86_400;

/** Whether an open proposal is what `wished` asks for, where its end was counted in days: it may end a week earlier, never later. */
export function sameLicense(proposed: CouncilAct, wished: CouncilAct): boolean {
  if (proposed.act !== "license" || wished.act !== "license" || proposed.account !== wished.account) return false;
  const earlier = wished.expiresAt - proposed.expiresAt;
  return earlier >= 0 && earlier <= SAME_WISH_SECONDS;
}
