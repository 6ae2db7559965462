import { keccak256 } from "ethers";
import type { RegistryEvent } from "../../../core/ledger/events.ts";
import { peerIdText } from "../../../core/peerId.ts";
import { decodeCouncilAct } from "./councilActs.ts";
import { toAddress, toBytes, toBytes32, toNumber, toSeconds, toText } from "./values.ts";

/** An event of NodeRegistry out of its decoded arguments; undefined for a name it does not have. */
export function registryEvent(type: string, args: Record<string, unknown>): RegistryEvent | undefined {
  switch (type) {
    case "LicensorAdded":
    case "LicensorRemoved":
      return { type, licensor: toAddress(args.licensor) };
    case "ThresholdChanged":
      return { type, threshold: toNumber(args.threshold) };
    case "CouncilEpochStarted":
      return { type, epoch: toNumber(args.epoch) };
    case "ActProposed": {
      const calldata = String(args.act);
      return {
        type,
        proposalId: toNumber(args.proposalId),
        proposer: toAddress(args.proposer),
        act: decodeCouncilAct(calldata),
        actHash: toBytes32(keccak256(calldata)),
        epoch: toNumber(args.epoch),
      };
    }
    case "ActApproved":
      return {
        type,
        proposalId: toNumber(args.proposalId),
        licensor: toAddress(args.licensor),
        approvals: toNumber(args.approvals),
      };
    case "ActExecuted":
      return { type, proposalId: toNumber(args.proposalId) };
    case "TaskApproved":
      return { type, taskId: toBytes32(args.taskId) };
    case "Paused":
    case "Unpaused":
      return { type };
    case "NodeAuthorized":
      return {
        type,
        account: toAddress(args.account),
        grant: toNumber(args.grant),
        expiresAt: toSeconds(args.expiresAt),
      };
    case "AuditorAuthorized":
    case "NodeRevoked":
      return { type, account: toAddress(args.account), grant: toNumber(args.grant) };
    case "NodeSuspended":
      return {
        type,
        account: toAddress(args.account),
        licensor: toAddress(args.licensor),
        until: toSeconds(args.until),
      };
    case "SuspensionConfirmed":
    case "NodeUnsuspended":
      return { type, account: toAddress(args.account) };
    case "NodeRegistered":
      return {
        type,
        account: toAddress(args.account),
        version: toNumber(args.version),
        peerId: peerIdText(toBytes(args.peerId)),
        encryptionKey: toBytes32(args.encryptionKey),
        addresses: [...(args.addresses as Iterable<unknown>)].map(toText),
      };
    default:
      return undefined;
  }
}
