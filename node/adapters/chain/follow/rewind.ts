import { SwarmError } from "../../../core/errors.ts";
import type { Deployment } from "../deployment.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { type BlockHeader, hex, parseHeader } from "../rpc/header.ts";
import type { Position, ReadBlock } from "./position.ts";

/** Default of `Deployment.maxRewind`: what a local chain that mines on demand can lose in its last second. */
export const DEFAULT_MAX_REWIND = 256;

/** How many blocks of its final history a chain may lose: none, unless its finality is only this network's word (R9). */
export function maxRewindOf(deployment: Deployment): number {
  return deployment.finality.kind === "immediate" ? (deployment.maxRewind ?? DEFAULT_MAX_REWIND) : 0;
}

/**
 * Finds the last block that this reader read and the chain still has.
 * @throws SwarmError CHAIN_DEEP_REORG where that is further back than the network's settings allow
 */
export async function findAncestor(
  endpoint: Endpoint,
  deployment: Deployment,
  position: Position,
  signal: AbortSignal,
): Promise<ReadBlock> {
  const most = maxRewindOf(deployment);
  const head = position.head.number;
  const before = deployment.block - 1;
  for (const block of position.earlier()) {
    if (head - block.number > most) break;
    if (block.hash === undefined) continue;
    const found = await blockAt(endpoint, block.number, signal);
    if (found?.hash === block.hash) return block;
  }
  // Everything that was read is gone, and all of it may go: begin again.
  if (head - before <= most) return { number: before, hash: undefined };
  throw new SwarmError(
    "CHAIN_DEEP_REORG",
    `The chain's history changed more than ${most} blocks before block ${head}, which counted as final. ` +
      "Find out which history is right before going on: restore the chain, or (if the change is meant) start again from the deployment with a larger maxRewind in the deployment file.",
    { head, maxRewind: most },
  );
}

async function blockAt(endpoint: Endpoint, number: number, signal: AbortSignal): Promise<BlockHeader | undefined> {
  if (number < 0) return undefined;
  return parseHeader(await endpoint.request("eth_getBlockByNumber", [hex(number), false], signal));
}
