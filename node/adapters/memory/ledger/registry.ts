import { SwarmError } from "../../../core/errors.ts";
import type { RegistryAct } from "../../../core/ledger/acts.ts";
import type { CouncilAct } from "../../../core/ledger/events.ts";
import { peerIdOfKey } from "../../../core/peerId.ts";
import type { Address, Bytes32, EncryptionKey, PeerId } from "../../../core/primitives.ts";
import * as council from "./council.ts";
import * as licenses from "./licenses.ts";
import { isOnCurve, isUsableEncryptionKey } from "./registrationKeys.ts";
import { revert, type Transaction, ZERO_HASH } from "./transaction.ts";

type Registration = RegistryAct & { type: "registerNode" };

/** State of contracts/NodeRegistry.sol. */
export interface RegistryState {
  council: council.CouncilState;
  standings: licenses.Standings;
  approvedTasks: Set<Bytes32>;
  paused: boolean;
  peerOwners: Map<PeerId, Address>;
  encryptionKeyOwners: Map<EncryptionKey, Address>;
}

/** What the registry cannot do for itself in memory. */
export interface RegistrySettings {
  suspensionPeriod: number;
  /** Identifies an act that is approved, as keccak256 of its calldata does. */
  actHash: (act: CouncilAct) => Bytes32;
  /** @returns the address that signed, and the peer key's own; the same where the signature is right */
  signerOf: (registration: Registration, account: Address, nonce: number) => { recovered: Address; expected: Address };
}

export function createRegistry(tx: Transaction, licensors: Address[], threshold: number): RegistryState {
  const state: RegistryState = {
    council: council.emptyCouncil(),
    standings: new Map(),
    approvedTasks: new Set(),
    paused: false,
    peerOwners: new Map(),
    encryptionKeyOwners: new Map(),
  };
  for (const licensor of licensors) council.addLicensor(state.council, tx, licensor);
  council.startEpoch(state.council, tx, threshold);
  return state;
}

/** Runs one act; where it throws `Revert` the state may be half changed: the caller goes back to a copy. */
export function runRegistryAct(
  state: RegistryState,
  settings: RegistrySettings,
  tx: Transaction,
  act: RegistryAct,
): void {
  const execute = (inner: CouncilAct): void => runCouncilAct(state, tx, inner);
  switch (act.type) {
    case "propose":
      return council.propose(state.council, tx, act.act, settings.actHash(act.act), execute);
    case "approve":
      return council.approve(state.council, tx, act.proposalId, act.actHash, execute);
    case "suspend":
      return licenses.suspend(state.council, state.standings, tx, act.account, settings.suspensionPeriod);
    case "registerNode":
      return registerNode(state, settings, tx, act);
  }
}

function runCouncilAct(state: RegistryState, tx: Transaction, act: CouncilAct): void {
  switch (act.act) {
    case "addLicensor":
      council.addLicensor(state.council, tx, act.account);
      return council.startEpoch(state.council, tx, act.threshold);
    case "removeLicensor":
      council.removeLicensor(state.council, tx, act.account);
      return council.startEpoch(state.council, tx, act.threshold);
    case "setThreshold":
      return council.startEpoch(state.council, tx, act.threshold);
    case "license":
      return licenses.license(state.standings, tx, act.account, act.expiresAt);
    case "authorizeAuditor":
      return licenses.authorizeAuditor(state.standings, tx, act.account);
    case "revoke":
      return licenses.revoke(state.standings, tx, act.account);
    case "confirmSuspension":
      return licenses.confirmSuspension(state.standings, tx, act.account);
    case "unsuspend":
      return licenses.unsuspend(state.standings, tx, act.account);
    case "approveTask":
      if (act.taskId === ZERO_HASH) revert("InvalidArgument", { name: "taskId" });
      state.approvedTasks.add(act.taskId);
      return tx.emit({ type: "TaskApproved", taskId: act.taskId });
    case "pause":
    case "unpause":
      state.paused = act.act === "pause";
      return tx.emit({ type: state.paused ? "Paused" : "Unpaused" });
    case "undecodable":
      throw new SwarmError(
        "LEDGER_INVALID_ACT",
        "A proposal that fits none of the council's functions cannot be proposed again.",
      );
  }
}

function registerNode(state: RegistryState, settings: RegistrySettings, tx: Transaction, act: Registration): void {
  const { standings } = state;
  const account = tx.sender;
  if (!licenses.mayRegister(standings, account, tx.timestamp)) revert("NotLicensed", { account });
  if (tx.timestamp > act.deadline) revert("SignatureExpired", { deadline: act.deadline });
  const lengths = act.addresses.map((address) => Buffer.byteLength(address));
  if (lengths.length < 1 || lengths.length > 8 || lengths.some((length) => length < 1 || length > 256))
    revert("InvalidAddresses");
  if (!isOnCurve(act.peerKey)) revert("InvalidPeerKey");
  const { encryptionKey, addresses } = act;
  if (!isUsableEncryptionKey(encryptionKey)) revert("InvalidEncryptionKey", { encryptionKey });
  const standing = licenses.standingOf(standings, account);
  const signer = settings.signerOf(act, account, standing.version);
  if (signer.recovered !== signer.expected) revert("InvalidPeerSignature", { ...signer });
  const peerId = peerIdOfKey(act.peerKey);
  const peerOwner = state.peerOwners.get(peerId) ?? account;
  if (peerOwner !== account) revert("PeerKeyTaken", { owner: peerOwner });
  const keyOwner = state.encryptionKeyOwners.get(encryptionKey) ?? account;
  if (keyOwner !== account) revert("EncryptionKeyTaken", { owner: keyOwner });
  state.peerOwners.set(peerId, account);
  state.encryptionKeyOwners.set(encryptionKey, account);
  standing.version += 1;
  tx.emit({ type: "NodeRegistered", account, version: standing.version, peerId, encryptionKey, addresses });
}
