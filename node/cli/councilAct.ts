import { SwarmError } from "../core/errors.ts";
import type { CouncilAct } from "../core/ledger/events.ts";
import type { ProposalView } from "../core/ledger/view/registry.ts";
import type { ActReceipt } from "../ports/ledger.ts";
import { openAccount } from "./identity.ts";
import type { AccountOptions, Cli } from "./cli.ts";
import { list, whoOf } from "./output/units.ts";
import { missingLicensors, openProposals, sameAct } from "./proposals.ts";
import { openSession, type Session } from "./session.ts";
import { commandOf, describeAct } from "./words/acts.ts";

/** What a command of the council is about, once the network was read. */
export interface CouncilWish {
  act: CouncilAct;
  /** Whether an open proposal is the same wish; equal acts by default. */
  isSame?: (proposed: CouncilAct, wished: CouncilAct) => boolean;
  /** Printed once the act is executed: what comes next. */
  next?: string;
}

/** A wish that came true before: typed once more, for example, after the others were enough. */
export interface GrantedWish {
  act: CouncilAct;
  /** A sentence that says so. */
  already: string;
}

/**
 * Does an act of the council from one licensor's side: proposes it, or approves the open proposal for the same, so that all
 * licensors type the same command. Says how many approvals are missing and what the next licensor types.
 * @param wish looks at the network first; throws what is wrong with the wish
 * @throws SwarmError NOT_LICENSOR, and what connecting, signing and sending throw
 */
export async function councilAct(
  cli: Cli,
  options: AccountOptions,
  wish: (session: Session) => CouncilWish | GrantedWish,
): Promise<void> {
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  requireLicensor(session, actor.account);
  const wished = wish(session);
  if ("already" in wished) {
    return sayAlready(cli, wished, null);
  }
  const isSame = wished.isSame ?? sameAct;
  const open = openProposals(session.view.registry).find(({ act }) => isSame(act, wished.act));
  await approveOrPropose(cli, session, actor.account, open, wished);
}

/** Approves a proposal that is known by number. */
export async function approveProposal(cli: Cli, options: AccountOptions, id: number): Promise<void> {
  const actor = await openAccount(cli, options);
  await using session = await openSession(cli, options, actor.signer);
  requireLicensor(session, actor.account);
  const { registry } = session.view;
  const proposal = registry.proposals.get(id);
  if (!proposal)
    throw new SwarmError("PROPOSAL_UNKNOWN", `there is no proposal ${id}: see "swarm license pending"`, { id });
  const what = describeAct(proposal.act, session.view);
  if (proposal.executed)
    return sayAlready(cli, { act: proposal.act, already: `Proposal ${id} was executed already: ${what}.` }, id);
  if (proposal.epoch !== registry.epoch) {
    const why = "ended when the council changed; propose it again if it is still wanted";
    throw new SwarmError("PROPOSAL_CLOSED", `proposal ${id} (${what}) ${why}`, { id });
  }
  if (proposal.act.act === "undecodable") {
    throw new SwarmError(
      "PROPOSAL_UNDECODABLE",
      `proposal ${id} carries calldata that is none of the council's acts; it is not approved from here`,
      { id },
    );
  }
  await approveOrPropose(cli, session, actor.account, proposal, { act: proposal.act });
}

function sayAlready({ out }: Cli, { act, already }: GrantedWish, proposal: number | null): void {
  out.say(already);
  out.json({ proposal, act, executed: true, already: true, missing: 0, licensors: [] });
}

async function approveOrPropose(
  cli: Cli,
  session: Session,
  account: string,
  open: ProposalView | undefined,
  wished: CouncilWish,
): Promise<void> {
  const { registry } = session.view;
  if (open?.approvedBy.some((licensor) => licensor === account)) {
    cli.out.say(`You approved this already: ${describeAct(open.act, session.view)} (proposal ${open.id}).`);
    return report(cli, session, open, wished, undefined);
  }
  if (open) {
    cli.out.say(`Approving proposal ${open.id} of ${open.proposer}: ${describeAct(open.act, session.view)}.`);
    const receipt = await session.send({ type: "approve", proposalId: open.id, actHash: open.actHash });
    return report(cli, session, open, wished, receipt);
  }
  const before = new Set(registry.proposals.keys());
  const receipt = await session.send({ type: "propose", act: wished.act });
  const made = [...registry.proposals.values()].find(
    ({ id, act, proposer }) => !before.has(id) && proposer === account && sameAct(act, wished.act),
  );
  if (!made)
    throw new SwarmError(
      "PROPOSAL_LOST",
      "the proposal was mined but is not in the ledger's history: run the command again",
      { ...receipt },
    );
  cli.out.say(`Proposed (number ${made.id}): ${describeAct(made.act, session.view)}.`);
  report(cli, session, made, wished, receipt);
}

function report(
  cli: Cli,
  { view }: Session,
  proposal: ProposalView,
  wished: CouncilWish,
  receipt: ActReceipt | undefined,
): void {
  const { registry } = view;
  const { id, act, executed, approvedBy } = proposal;
  const missing = executed ? 0 : registry.threshold - approvedBy.length;
  const others = executed ? [] : missingLicensors(registry, proposal);
  const next = executed ? wished.next : commandOf(act, id);
  if (executed) {
    cli.out.say(`Done: the council has decided it.${wished.next === undefined ? "" : ` ${wished.next}`}`);
  } else {
    cli.out.say(
      `${approvedBy.length} of ${registry.threshold} approvals; ${whoOf(missing, others)} must type:\n` +
        `  ${commandOf(act, id)} --home <their folder>`,
    );
  }
  cli.out.json({
    proposal: id,
    act,
    executed,
    approvals: approvedBy.length,
    threshold: registry.threshold,
    missing,
    licensors: others,
    next,
    ...receipt,
  });
}

function requireLicensor({ view }: Session, account: string): void {
  const licensors = [...view.registry.licensors];
  if (licensors.some((licensor) => licensor === account)) return;
  throw new SwarmError(
    "NOT_LICENSOR",
    `${account} is no licensor of this network: name a licensor's folder with --home; licensors are ${list(licensors)}`,
    {
      account,
      licensors,
    },
  );
}
