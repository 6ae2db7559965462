/** The dumb model's copy of the rules for new tasks. */
import { createHash } from "node:crypto";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import { Refused } from "./modelTask.ts";

/** @throws Refused InvalidParameter */
export function checkParams(params: TaskParams, document: Uint8Array, modelCid: string): void {
  const { f, minPeers, startMembers, rounds, submitSeconds, attestSeconds, mergeSeconds, maxWeight } = params;
  const rules = [
    BigInt(params.modelHash) !== 0n,
    f <= 84,
    minPeers >= Math.max(2, 2 * f + 1),
    startMembers >= Math.max(3 * f + 1, minPeers + f) && startMembers <= 256,
    rounds >= 1,
    [submitSeconds, attestSeconds, mergeSeconds].every((seconds) => seconds >= 1 && seconds <= 604800),
    maxWeight >= 1,
    document.length >= 1 && document.length <= 24576,
    `0x${createHash("sha256").update(document).digest("hex")}` === params.documentHash,
    modelCid.length >= 1 && modelCid.length <= 128,
  ];
  if (rules.includes(false)) throw new Refused("InvalidParameter");
}
