import type { CouncilAct } from "../../../core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import { revert, type Transaction, ZERO_ADDRESS } from "./transaction.ts";

interface Proposal {
  act: CouncilAct;
  actHash: Bytes32;
  epoch: number;
  approvedBy: Set<Address>;
  executed: boolean;
}

/** State of contracts/lib/Council.sol: who the licensors are, what they proposed and approved. */
export interface CouncilState {
  licensors: Set<Address>;
  threshold: number;
  epoch: number;
  /** Proposal i + 1 at index i. */
  proposals: Proposal[];
}

export const emptyCouncil = (): CouncilState => ({ licensors: new Set(), threshold: 0, epoch: 0, proposals: [] });

type Execute = (act: CouncilAct) => void;

/** May throw after it has changed state: the caller keeps a copy to go back to. */
export function propose(
  state: CouncilState,
  tx: Transaction,
  act: CouncilAct,
  actHash: Bytes32,
  execute: Execute,
): void {
  requireLicensor(state, tx.sender);
  const proposal: Proposal = { act, actHash, epoch: state.epoch, approvedBy: new Set(), executed: false };
  const proposalId = state.proposals.push(proposal);
  tx.emit({ type: "ActProposed", proposalId, proposer: tx.sender, act, actHash, epoch: state.epoch });
  addApproval(state, tx, proposalId, proposal, execute);
}

/** May throw after it has changed state: the caller keeps a copy to go back to. */
export function approve(
  state: CouncilState,
  tx: Transaction,
  proposalId: number,
  actHash: Bytes32,
  execute: Execute,
): void {
  requireLicensor(state, tx.sender);
  const proposal = state.proposals[proposalId - 1];
  if (!proposal) return revert("UnknownProposal", { proposalId });
  if (proposal.executed || proposal.epoch !== state.epoch) revert("ProposalClosed", { proposalId });
  if (proposal.actHash !== actHash) revert("ActMismatch", { proposalId, expected: proposal.actHash, given: actHash });
  if (proposal.approvedBy.has(tx.sender)) revert("AlreadyApproved", { proposalId, licensor: tx.sender });
  addApproval(state, tx, proposalId, proposal, execute);
}

export function requireLicensor(state: CouncilState, account: Address): void {
  if (!state.licensors.has(account)) revert("NotLicensor", { account });
}

export function addLicensor(state: CouncilState, tx: Transaction, licensor: Address): void {
  if (licensor === ZERO_ADDRESS) revert("InvalidArgument", { name: "account" });
  if (state.licensors.has(licensor)) revert("AlreadyLicensor", { account: licensor });
  state.licensors.add(licensor);
  tx.emit({ type: "LicensorAdded", licensor });
}

export function removeLicensor(state: CouncilState, tx: Transaction, licensor: Address): void {
  if (!state.licensors.delete(licensor)) revert("NotLicensor", { account: licensor });
  tx.emit({ type: "LicensorRemoved", licensor });
}

export function startEpoch(state: CouncilState, tx: Transaction, threshold: number): void {
  const licensors = state.licensors.size;
  if (threshold === 0 || threshold > licensors) revert("InvalidCouncil", { licensors, threshold });
  if (state.threshold !== threshold) {
    state.threshold = threshold;
    tx.emit({ type: "ThresholdChanged", threshold });
  }
  tx.emit({ type: "CouncilEpochStarted", epoch: ++state.epoch });
}

function addApproval(
  state: CouncilState,
  tx: Transaction,
  proposalId: number,
  proposal: Proposal,
  execute: Execute,
): void {
  proposal.approvedBy.add(tx.sender);
  const approvals = proposal.approvedBy.size;
  tx.emit({ type: "ActApproved", proposalId, licensor: tx.sender, approvals });
  if (approvals < state.threshold) return;
  proposal.executed = true;
  execute(proposal.act);
  tx.emit({ type: "ActExecuted", proposalId });
}
