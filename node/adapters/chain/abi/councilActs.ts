import { SwarmError } from "../../../core/errors.ts";
import type { CouncilAct } from "../../../core/ledger/events.ts";
import { registryAbi } from "./artifacts.ts";
import { toAddress, toBytes32, toNumber } from "./values.ts";

/** @returns calldata of one of NodeRegistry's council functions @throws SwarmError LEDGER_INVALID_ACT */
export function encodeCouncilAct(act: CouncilAct): string {
  if (act.act === "undecodable") {
    throw new SwarmError(
      "LEDGER_INVALID_ACT",
      "A proposal that fits none of the council's functions cannot be proposed again.",
    );
  }
  try {
    return registryAbi().encodeFunctionData(act.act, argumentsOf(act));
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SwarmError(
      "LEDGER_INVALID_ACT",
      `The council's act "${act.act}" has a value out of range: ${detail}`,
      { act },
      cause,
    );
  }
}

/** The act that a proposal carries; `undecodable` where encoding the result again would not give the same bytes. */
export function decodeCouncilAct(calldata: string): CouncilAct {
  try {
    const parsed = registryAbi().parseTransaction({ data: calldata });
    const act = parsed && actOf(parsed.name, [...parsed.args]);
    if (act && encodeCouncilAct(act) === calldata.toLowerCase()) return act;
  } catch {
    // Somebody else's bytes: whatever is wrong with them, the answer is the same.
  }
  return { act: "undecodable", calldata };
}

function argumentsOf(act: Exclude<CouncilAct, { act: "undecodable" }>): unknown[] {
  switch (act.act) {
    case "addLicensor":
    case "removeLicensor":
      return [act.account, act.threshold];
    case "setThreshold":
      return [act.threshold];
    case "license":
      return [act.account, BigInt(act.expiresAt)];
    case "approveTask":
      return [act.taskId];
    case "pause":
    case "unpause":
      return [];
    default:
      return [act.account];
  }
}

function actOf(name: string, args: unknown[]): CouncilAct | undefined {
  switch (name) {
    case "addLicensor":
    case "removeLicensor":
      return { act: name, account: toAddress(args[0]), threshold: toNumber(args[1]) };
    case "setThreshold":
      return { act: name, threshold: toNumber(args[0]) };
    case "license":
      return { act: name, account: toAddress(args[0]), expiresAt: toNumber(args[1]) };
    case "authorizeAuditor":
    case "revoke":
    case "confirmSuspension":
    case "unsuspend":
      return { act: name, account: toAddress(args[0]) };
    case "approveTask":
      return { act: name, taskId: toBytes32(args[0]) };
    case "pause":
    case "unpause":
      return { act: name };
    default:
      return undefined;
  }
}
