import type { EventPosition, RegistryEvent } from "../ledger/events.ts";
import { licenseOf, mayConnect, type ProposalView, type RegistryView } from "../ledger/view/registry.ts";
import type { Bytes32 } from "../primitives.ts";
import { type Effect, effectsOf } from "./councilEffects.ts";
import type { Recorder } from "./recorder.ts";
import type { FindingCode, Where } from "./report.ts";

type Located = RegistryEvent & { at: EventPosition };
type Of<Type extends RegistryEvent["type"]> = Extract<Located, { type: Type }>;

/** A proposal that just got its last approval: what follows until `ActExecuted`, in the same transaction, is its doing. */
interface Execution {
  proposal: ProposalView;
  transaction: Bytes32;
  /** What it still has to emit. */
  due: Effect[];
}

/** Checks each event of the registry against what came before it. Call `check` before the event is applied to `view`. */
export class RegistryCheck {
  #execution: Execution | undefined;
  /** `account/grant/licensor` of suspensions. */
  readonly #suspensions = new Set<string>();
  readonly #peerOwners = new Map<string, string>();
  readonly #keyOwners = new Map<string, string>();
  readonly #view: RegistryView;
  readonly #record: Recorder;

  constructor(view: RegistryView, record: Recorder) {
    this.#view = view;
    this.#record = record;
  }

  check(event: Located): void {
    const { block, transaction } = event.at;
    const where: Where = { block, transaction, ...("account" in event ? { account: event.account } : {}) };
    const wrong = (code: FindingCode, text: string) => this.#record.wrong(code, text, where);
    if (this.#execution !== undefined && this.#execution.transaction !== transaction) {
      wrong("NOT_DECIDED", `Proposal ${this.#execution.proposal.id} had its approvals, but was not executed.`);
      this.#execution = undefined;
    }
    if (event.type === "ActProposed") this.#checkProposal(event, wrong);
    else if (event.type === "ActApproved") this.#checkApproval(event, wrong);
    else if (event.type === "ActExecuted") this.#checkExecuted(event, wrong);
    else if (event.type === "NodeSuspended") this.#checkSuspension(event, wrong);
    else if (event.type === "NodeRegistered") this.#checkRegistration(event, wrong);
    else this.#checkEffect(event, wrong);
  }

  #checkProposal({ proposalId, proposer, epoch }: Of<"ActProposed">, wrong: Wrong): void {
    this.#record.counts.acts++;
    if (!this.#view.licensors.has(proposer))
      wrong("NOT_LICENSOR", `${proposer} proposed act ${proposalId} without being a licensor.`);
    const expected = this.#view.proposals.size + 1;
    if (proposalId !== expected) wrong("APPROVAL_INVALID", `Proposal ${proposalId} came where ${expected} was next.`);
    if (epoch !== this.#view.epoch)
      wrong("APPROVAL_INVALID", `Proposal ${proposalId} is of epoch ${epoch}; the council's is ${this.#view.epoch}.`);
  }

  #checkApproval({ proposalId, licensor, approvals, at }: Of<"ActApproved">, wrong: Wrong): void {
    this.#record.counts.acts++;
    const proposal = this.#view.proposals.get(proposalId);
    if (!this.#view.licensors.has(licensor)) {
      wrong("NOT_LICENSOR", `${licensor} approved act ${proposalId} without being a licensor.`);
      return;
    }
    // All approvals of an open proposal are of this epoch, and so by licensors who are in the council now.
    if (
      proposal === undefined ||
      proposal.executed ||
      proposal.epoch !== this.#view.epoch ||
      proposal.approvedBy.includes(licensor)
    ) {
      wrong(
        "APPROVAL_INVALID",
        `${licensor}'s approval of act ${proposalId} cannot count: no such proposal is open, or it was given twice.`,
      );
      return;
    }
    const given = proposal.approvedBy.length + 1;
    if (approvals !== given)
      wrong("APPROVAL_INVALID", `Act ${proposalId} is said to have ${approvals} approvals; they are ${given}.`);
    if (given >= this.#view.threshold)
      this.#execution = { proposal, transaction: at.transaction, due: effectsOf(proposal.act) };
  }

  #checkExecuted({ proposalId }: Of<"ActExecuted">, wrong: Wrong): void {
    const execution = this.#execution;
    this.#execution = undefined;
    if (execution?.proposal.id !== proposalId) {
      wrong("NOT_DECIDED", `Proposal ${proposalId} was executed without the approvals it needs.`);
      return;
    }
    const lacking = execution.due.find(({ optional }) => optional !== true);
    if (lacking !== undefined) wrong("NOT_DECIDED", `Proposal ${proposalId} was executed without ${lacking.type}.`);
  }

  /** What only the council can bring about, and the council's own consistency. */
  #checkEffect(event: Located, wrong: Wrong): void {
    const { view, due } = { view: this.#view, due: this.#execution?.due ?? [] };
    const effect = due.findIndex(({ type, matches }) => type === event.type && matches(event));
    if (effect >= 0) due.splice(effect, 1);
    // What the constructor set up precedes the first epoch's start.
    else if (view.epoch > 0 || !isCouncilChange(event)) {
      wrong(
        "NOT_DECIDED",
        `${event.type} in block ${event.at.block} was not decided by enough of the present licensors.`,
      );
    }
    if (event.type === "CouncilEpochStarted") {
      const { threshold, licensors, epoch } = view;
      const text = `Epoch ${event.epoch} after ${epoch} has ${licensors.size} licensors and a threshold of ${threshold}, which cannot be.`;
      if (event.epoch !== epoch + 1 || threshold < 1 || threshold > licensors.size) wrong("NOT_DECIDED", text);
    } else if (event.type === "NodeAuthorized" || event.type === "AuditorAuthorized") {
      (event.type === "NodeAuthorized" ? this.#record.licensed : this.#record.auditors).add(event.account);
      const { grant, role } = licenseOf(view, event.account);
      const other = event.type === "NodeAuthorized" ? "auditor" : "node";
      if (event.grant === grant + 1 && role !== other) return;
      wrong(
        "NOT_DECIDED",
        `${event.account} got grant ${event.grant} after ${grant}, being ${role}; grants count up, and an account has one role.`,
      );
    }
  }

  #checkSuspension({ account, licensor }: Of<"NodeSuspended">, wrong: Wrong): void {
    this.#record.counts.acts++;
    const { role, grant } = licenseOf(this.#view, account);
    const key = `${account}/${grant}/${licensor}`;
    if (!this.#view.licensors.has(licensor))
      wrong("NOT_LICENSOR", `${licensor} suspended ${account} without being a licensor.`);
    else if (role === "none") wrong("NOT_DECIDED", `${licensor} suspended ${account}, which has no licence.`);
    else if (this.#suspensions.has(key))
      wrong("NOT_DECIDED", `${licensor} suspended ${account} a second time for the same licence.`);
    this.#suspensions.add(key);
  }

  #checkRegistration({ account, version, peerId, encryptionKey, at }: Of<"NodeRegistered">, wrong: Wrong): void {
    this.#record.counts.acts++;
    const invalid = (text: string) => wrong("REGISTRATION_INVALID", `${account} registered ${text}`);
    const before = this.#view.registrations.get(account)?.version ?? 0;
    const peerOwner = this.#peerOwners.get(peerId) ?? account;
    const keyOwner = this.#keyOwners.get(encryptionKey) ?? account;
    if (!mayConnect(this.#view, account, at.timestamp)) invalid("a node without a licence that counts.");
    if (version !== before + 1) invalid(`version ${version} after ${before}.`);
    if (peerOwner !== account) invalid(`peer ${peerId}, which belongs to ${peerOwner}.`);
    if (keyOwner !== account) invalid(`encryption key ${encryptionKey}, which belongs to ${keyOwner}.`);
    this.#peerOwners.set(peerId, peerOwner);
    this.#keyOwners.set(encryptionKey, keyOwner);
  }
}

type Wrong = (code: FindingCode, text: string) => void;

function isCouncilChange(event: Located): boolean {
  return event.type === "LicensorAdded" || event.type === "ThresholdChanged" || event.type === "CouncilEpochStarted";
}
