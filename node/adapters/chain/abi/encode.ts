import { SwarmError } from "../../../core/errors.ts";
import type { ActRef, LedgerAct } from "../../../core/ledger/acts.ts";
import { ledgerAbi, registryAbi } from "./artifacts.ts";
import { encodeCouncilAct } from "./councilActs.ts";
import { toHex } from "./values.ts";

/** A call of one of the two contracts. */
export interface EncodedCall {
  contract: "registry" | "ledger";
  /** `0x` hex. */
  data: string;
}

/**
 * The transaction's calldata for an act.
 * @throws SwarmError LEDGER_INVALID_ACT when a value does not fit its type in the contract
 */
export function encodeAct(act: LedgerAct): EncodedCall {
  const contract = isRegistryAct(act) ? "registry" : "ledger";
  try {
    const abi = contract === "registry" ? registryAbi() : ledgerAbi();
    return { contract, data: abi.encodeFunctionData(act.type, argumentsOf(act)) };
  } catch (cause) {
    if (cause instanceof SwarmError) throw cause;
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new SwarmError(
      "LEDGER_INVALID_ACT",
      `The act "${act.type}" has a value out of range: ${detail}`,
      { act: act.type },
      cause,
    );
  }
}

function isRegistryAct(act: LedgerAct): boolean {
  return act.type === "propose" || act.type === "approve" || act.type === "suspend" || act.type === "registerNode";
}

function argumentsOf(act: LedgerAct): unknown[] {
  switch (act.type) {
    case "submit":
      return [refOf(act.ref), act.sha256, act.cid, act.weight];
    case "attest":
      return [refOf(act.ref), act.held, act.refused];
    case "vote":
      return [refOf(act.ref), act.modelHash, act.evaluation];
    case "advance":
    case "join":
    case "comeBack":
      return [act.taskId];
    case "createTask":
      return [act.params, act.document, act.modelCid];
    case "propose":
      return [encodeCouncilAct(act.act)];
    case "approve":
      return [act.proposalId, act.actHash];
    case "suspend":
      return [act.account];
    case "registerNode": {
      const { encryptionKey, addresses, deadline } = act;
      return [{ peerKey: toHex(act.peerKey), encryptionKey, addresses, deadline }, toHex(act.signature)];
    }
  }
}

function refOf({ taskId, round, attempt, seen }: ActRef): unknown {
  return { taskId, round, attempt, seen };
}
