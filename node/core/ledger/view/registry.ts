import type { Address, Bytes32, EncryptionKey, PeerId } from "../../primitives.ts";
import type { CouncilAct, EventPosition, RegistryEvent } from "../events.ts";

export type Role = "none" | "node" | "auditor";

/** A licence as the events left it; whether it counts at a time is `isEligible` and `isBarred`. */
export interface LicenseView {
  role: Role;
  /** Counts the grants of this account. */
  grant: number;
  /** Unix seconds; 0 for an auditor, whose role does not expire. */
  expiresAt: number;
  /** Unix seconds; 0 when not suspended, Infinity once the council confirmed. */
  suspendedUntil: number;
}

export interface RegistrationView {
  account: Address;
  version: number;
  peerId: PeerId;
  encryptionKey: EncryptionKey;
  addresses: readonly string[];
  at: EventPosition;
}

export interface ProposalView {
  id: number;
  act: CouncilAct;
  actHash: Bytes32;
  proposer: Address;
  epoch: number;
  approvedBy: Address[];
  executed: boolean;
}

/** Everything NodeRegistry's events tell, up to one point of the history. */
export interface RegistryView {
  licensors: Set<Address>;
  threshold: number;
  epoch: number;
  paused: boolean;
  proposals: Map<number, ProposalView>;
  licenses: Map<Address, LicenseView>;
  registrations: Map<Address, RegistrationView>;
  approvedTasks: Set<Bytes32>;
}

export function emptyRegistry(): RegistryView {
  return {
    licensors: new Set(),
    threshold: 0,
    epoch: 0,
    paused: false,
    proposals: new Map(),
    licenses: new Map(),
    registrations: new Map(),
    approvedTasks: new Set(),
  };
}

const NO_LICENSE: LicenseView = { role: "none", grant: 0, expiresAt: 0, suspendedUntil: 0 };

export const licenseOf = (view: RegistryView, account: Address): LicenseView =>
  view.licenses.get(account) ?? NO_LICENSE;

/** INodeRegistry.isEligible: may enter a snapshot at `time` (unix seconds). */
export function isEligible(view: RegistryView, account: Address, time: number): boolean {
  const { role, expiresAt, suspendedUntil } = licenseOf(view, account);
  return role === "node" && time < expiresAt && time >= suspendedUntil && view.registrations.has(account);
}

/** INodeRegistry.isBarred: may not act even if in a snapshot; expiry alone does not bar (R10). */
export function isBarred(view: RegistryView, account: Address, time: number): boolean {
  const { role, suspendedUntil } = licenseOf(view, account);
  return role !== "node" || time < suspendedUntil;
}

/** Whether an account may be connected to and read: an unbarred node or an auditor that is not suspended. */
export function mayConnect(view: RegistryView, account: Address, time: number): boolean {
  const { role, expiresAt, suspendedUntil } = licenseOf(view, account);
  return role !== "none" && time >= suspendedUntil && (role === "auditor" || time < expiresAt);
}

/** Whether files may still be sealed to an account of the attempt's snapshot, or to an auditor of that time (R10). */
export const mayRead = (view: RegistryView, account: Address, time: number): boolean =>
  licenseOf(view, account).role === "auditor" ? mayConnect(view, account, time) : !isBarred(view, account, time);

/** Unix seconds of the next time after `time` at which a licence expires or a suspension lapses; undefined where none will. */
export function nextLapse({ licenses }: RegistryView, time: number): number | undefined {
  let next = Number.POSITIVE_INFINITY;
  for (const { expiresAt, suspendedUntil } of licenses.values()) {
    for (const at of [expiresAt, suspendedUntil]) if (at > time && at < next) next = at;
  }
  return Number.isFinite(next) ? next : undefined;
}

/** Applies one event; mutates `view`. */
export function applyRegistryEvent(view: RegistryView, event: RegistryEvent & { at: EventPosition }): void {
  switch (event.type) {
    case "LicensorAdded":
      view.licensors.add(event.licensor);
      return;
    case "LicensorRemoved":
      view.licensors.delete(event.licensor);
      return;
    case "ThresholdChanged":
      view.threshold = event.threshold;
      return;
    case "CouncilEpochStarted":
      view.epoch = event.epoch;
      return;
    case "ActProposed": {
      const { proposalId: id, act, actHash, proposer, epoch } = event;
      view.proposals.set(id, { id, act, actHash, proposer, epoch, approvedBy: [], executed: false });
      return;
    }
    case "ActApproved":
      view.proposals.get(event.proposalId)?.approvedBy.push(event.licensor);
      return;
    case "ActExecuted": {
      const proposal = view.proposals.get(event.proposalId);
      if (proposal) proposal.executed = true;
      return;
    }
    case "TaskApproved":
      view.approvedTasks.add(event.taskId);
      return;
    case "Paused":
    case "Unpaused":
      view.paused = event.type === "Paused";
      return;
    case "NodeRegistered": {
      const { account, version, peerId, encryptionKey, addresses, at } = event;
      view.registrations.set(account, { account, version, peerId, encryptionKey, addresses, at });
      return;
    }
    default:
      applyLicenseEvent(view, event);
  }
}

type LicenseEvent = Extract<
  RegistryEvent,
  {
    type: `Node${"Authorized" | "Revoked" | "Suspended" | "Unsuspended"}` | "AuditorAuthorized" | "SuspensionConfirmed";
  }
>;

function applyLicenseEvent(view: RegistryView, event: LicenseEvent): void {
  const before = licenseOf(view, event.account);
  switch (event.type) {
    case "NodeAuthorized":
      view.licenses.set(event.account, { ...before, role: "node", grant: event.grant, expiresAt: event.expiresAt });
      return;
    case "AuditorAuthorized":
      view.licenses.set(event.account, { ...before, role: "auditor", grant: event.grant, expiresAt: 0 });
      return;
    case "NodeRevoked":
      view.licenses.set(event.account, { ...NO_LICENSE, grant: event.grant });
      return;
    case "NodeSuspended":
      view.licenses.set(event.account, { ...before, suspendedUntil: Math.max(event.until, before.suspendedUntil) });
      return;
    case "SuspensionConfirmed":
      view.licenses.set(event.account, { ...before, suspendedUntil: Number.POSITIVE_INFINITY });
      return;
    case "NodeUnsuspended":
      view.licenses.set(event.account, { ...before, suspendedUntil: 0 });
  }
}
