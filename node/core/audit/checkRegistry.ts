import type { CouncilAct, EventPosition, RegistryEvent } from "../ledger/events.ts";
import { licenseOf, mayConnect, type ProposalView, type RegistryView } from "../ledger/view/registry.ts";
import type { Recorder } from "./recorder.ts";

type Located = RegistryEvent & { at: EventPosition };

/** Checks each event of the registry against what came before it. Call `check` before the event is applied to `view`. */
export class RegistryCheck {
  /** The proposal whose last approval was just given: what follows until `ActExecuted` is its doing. */
  #executing: ProposalView | undefined;
  /** `account/grant/licensor` of suspensions. */
  readonly #suspensions = new Set<string>();
  readonly #peerOwners = new Map<string, string>();
  readonly #keyOwners = new Map<string, string>();

  readonly view: RegistryView;
  readonly record: Recorder;

  constructor(view: RegistryView, record: Recorder) {
    this.view = view;
    this.record = record;
  }

  check(event: Located): void {
    const where = { block: event.at.block, transaction: event.at.transaction, ...("account" in event ? { account: event.account } : {}) };
    switch (event.type) {
      case "ActProposed":
        this.record.counts.acts++;
        if (!this.view.licensors.has(event.proposer)) {
          this.record.wrong("NOT_LICENSOR", `${event.proposer} proposed act ${event.proposalId} without being a licensor.`, where);
        }
        return;
      case "ActApproved":
        this.record.counts.acts++;
        this.#checkApproval(event, where);
        return;
      case "ActExecuted":
        if (this.#executing?.id !== event.proposalId) {
          this.record.wrong("NOT_DECIDED", `Proposal ${event.proposalId} was executed without the approvals it needs.`, where);
        }
        this.#executing = undefined;
        return;
      case "NodeSuspended":
        this.#checkSuspension(event, where);
        return;
      case "NodeRegistered":
        this.record.counts.acts++;
        this.#checkRegistration(event, where);
        return;
      default:
        if (event.type === "NodeAuthorized") this.record.counts.licenses++;
        // What the constructor set up precedes the first epoch's start.
        if (this.view.epoch === 0 && isCouncilChange(event)) return;
        if (this.#executing !== undefined && isEffectOf(this.#executing.act, event)) return;
        this.record.wrong("NOT_DECIDED", `${event.type} in block ${event.at.block} was not decided by enough of the present licensors.`, where);
    }
  }

  #checkApproval(event: Extract<Located, { type: "ActApproved" }>, where: object): void {
    const { proposalId, licensor } = event;
    const proposal = this.view.proposals.get(proposalId);
    if (!this.view.licensors.has(licensor)) {
      this.record.wrong("NOT_LICENSOR", `${licensor} approved act ${proposalId} without being a licensor.`, where);
      return;
    }
    if (proposal === undefined || proposal.executed || proposal.epoch !== this.view.epoch || proposal.approvedBy.includes(licensor)) {
      const text = `${licensor}'s approval of act ${proposalId} cannot count: there is no such open proposal, or it was given twice.`;
      this.record.wrong("APPROVAL_INVALID", text, where);
      return;
    }
    // Every approval of this epoch is by a licensor of this epoch.
    if (proposal.approvedBy.length + 1 >= this.view.threshold) this.#executing = proposal;
  }

  #checkSuspension(event: Extract<Located, { type: "NodeSuspended" }>, where: object): void {
    const { account, licensor } = event;
    const { role, grant } = licenseOf(this.view, account);
    const key = `${account}/${grant}/${licensor}`;
    if (!this.view.licensors.has(licensor)) {
      this.record.wrong("NOT_LICENSOR", `${licensor} suspended ${account} without being a licensor.`, where);
    } else if (role === "none" || this.#suspensions.has(key)) {
      const why = role === "none" ? "which has no licence" : "a second time for the same licence";
      this.record.wrong("NOT_DECIDED", `${licensor} suspended ${account}, ${why}.`, where);
    }
    this.#suspensions.add(key);
  }

  #checkRegistration(event: Extract<Located, { type: "NodeRegistered" }>, where: object): void {
    const { account, version, peerId, encryptionKey, at } = event;
    const wrong = (text: string) => this.record.wrong("REGISTRATION_INVALID", text, where);
    const before = this.view.registrations.get(account);
    if (!mayConnect(this.view, account, at.timestamp)) wrong(`${account} registered a node without a licence that counts.`);
    if (version !== (before?.version ?? 0) + 1) wrong(`${account}'s registration has version ${version} after ${before?.version ?? 0}.`);
    const peerOwner = this.#peerOwners.get(peerId) ?? account;
    const keyOwner = this.#keyOwners.get(encryptionKey) ?? account;
    if (peerOwner !== account) wrong(`${account} registered peer ${peerId}, which belongs to ${peerOwner}.`);
    if (keyOwner !== account) wrong(`${account} registered encryption key ${encryptionKey}, which belongs to ${keyOwner}.`);
    this.#peerOwners.set(peerId, peerOwner);
    this.#keyOwners.set(encryptionKey, keyOwner);
  }
}

function isCouncilChange(event: Located): boolean {
  return event.type === "LicensorAdded" || event.type === "ThresholdChanged" || event.type === "CouncilEpochStarted";
}

/** Whether an event is what this act of the council brings about. */
function isEffectOf(act: CouncilAct, event: Located): boolean {
  if (event.type === "CouncilEpochStarted") return "threshold" in act;
  if (event.type === "ThresholdChanged") return "threshold" in act && act.threshold === event.threshold;
  switch (act.act) {
    case "addLicensor":
      return event.type === "LicensorAdded" && event.licensor === act.account;
    case "removeLicensor":
      return event.type === "LicensorRemoved" && event.licensor === act.account;
    case "license":
      return event.type === "NodeAuthorized" && event.account === act.account && event.expiresAt === act.expiresAt;
    case "authorizeAuditor":
      return event.type === "AuditorAuthorized" && event.account === act.account;
    case "revoke":
      return event.type === "NodeRevoked" && event.account === act.account;
    case "confirmSuspension":
      return event.type === "SuspensionConfirmed" && event.account === act.account;
    case "unsuspend":
      return event.type === "NodeUnsuspended" && event.account === act.account;
    case "approveTask":
      return event.type === "TaskApproved" && event.taskId === act.taskId;
    case "pause":
      return event.type === "Paused";
    case "unpause":
      return event.type === "Unpaused";
    default:
      return false;
  }
}
