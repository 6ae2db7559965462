import { sha256 } from "../../../core/hash.ts";
import type { TaskParams } from "../../../core/ledger/events.ts";
import { MAX_MEMBERS } from "../../../core/primitives.ts";
import { revert, ZERO_HASH } from "./transaction.ts";

const MAX_F = 84;
const MAX_PHASE_SECONDS = 7 * 24 * 3600;
const MAX_DOCUMENT_BYTES = 24_576;
const MAX_CID_BYTES = 128;

/** The checks of contracts/lib/TaskRules.sol, in their order. */
export function checkTask(params: TaskParams, document: Uint8Array, modelCid: string): void {
  const { f, minPeers, startMembers } = params;
  const isPhaseLength = (seconds: number): boolean => seconds >= 1 && seconds <= MAX_PHASE_SECONDS;
  require(params.modelHash !== ZERO_HASH, "modelHash");
  require(f <= MAX_F, "f");
  require(minPeers >= 2 && minPeers >= 2 * f + 1, "minPeers");
  require(startMembers >= 3 * f + 1 && startMembers >= minPeers + f && startMembers <= MAX_MEMBERS, "startMembers");
  require(params.rounds >= 1, "rounds");
  require(isPhaseLength(params.submitSeconds), "submitSeconds");
  require(isPhaseLength(params.attestSeconds), "attestSeconds");
  require(isPhaseLength(params.mergeSeconds), "mergeSeconds");
  require(params.maxWeight >= 1, "maxWeight");
  require(document.length >= 1 && document.length <= MAX_DOCUMENT_BYTES, "document");
  require(sha256(document) === params.documentHash, "documentHash");
  require(isCid(modelCid), "modelCid");
}

export function isCid(cid: string): boolean {
  const bytes = Buffer.byteLength(cid);
  return bytes >= 1 && bytes <= MAX_CID_BYTES;
}

function require(holds: boolean, name: string): void {
  if (!holds) revert("InvalidParameter", { name });
}
