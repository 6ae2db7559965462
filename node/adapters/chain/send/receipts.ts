import type { Bytes32 } from "../../../core/primitives.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { sendProblemOf } from "./answers.ts";
import { Wakeup } from "../wakeup.ts";

/** A transaction that was mined, whether it did what it should or was reverted. */
export interface MinedTransaction {
  transaction: Bytes32;
  block: number;
  blockHash: Bytes32;
  gasUsed: number;
  reverted: boolean;
  /** Where it created one. */
  contract?: string;
}

/** Waits for a receipt: how soon it is asked for again where no block is announced, growing by half from first to most. */
const ASK_MS = { first: 10, most: 1_000 } as const;

/** @returns undefined where the answer holds no receipt of a mined transaction */
export function parseReceipt(value: unknown): MinedTransaction | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { transactionHash, blockNumber, blockHash, gasUsed, status, contractAddress } = value as Record<
    string,
    unknown
  >;
  if (typeof transactionHash !== "string" || typeof blockNumber !== "string" || typeof blockHash !== "string")
    return undefined;
  return {
    transaction: transactionHash.toLowerCase() as Bytes32,
    block: Number(blockNumber),
    blockHash: blockHash.toLowerCase() as Bytes32,
    gasUsed: Number(gasUsed),
    reverted: Number(status) === 0,
    ...(typeof contractAddress === "string" ? { contract: contractAddress.toLowerCase() } : {}),
  };
}

export async function findReceipt(
  endpoint: Endpoint,
  hash: Bytes32,
  signal: AbortSignal,
): Promise<MinedTransaction | undefined> {
  try {
    return parseReceipt(await endpoint.request("eth_getTransactionReceipt", [hash], signal));
  } catch (error) {
    // geth says so for a moment after it started; the receipt comes later.
    if (sendProblemOf(error) === "busy") return undefined;
    throw error;
  }
}

/**
 * Asks at once, at every announced block, and in between less and less often.
 * @returns undefined after about `patienceMs` without a receipt
 */
export async function waitForReceipt(
  components: { endpoint: Endpoint; clock: Clock },
  hash: Bytes32,
  options: { patienceMs: number; signal: AbortSignal },
): Promise<MinedTransaction | undefined> {
  const { endpoint, clock } = components;
  const wakeup = new Wakeup(clock);
  const stop = endpoint.onHead(() => wakeup.wake());
  try {
    let wait: number = ASK_MS.first;
    for (let waited = 0; ; waited += wait, wait = Math.min(wait * 1.5, ASK_MS.most)) {
      const receipt = await findReceipt(endpoint, hash, options.signal);
      if (receipt || waited >= options.patienceMs) return receipt;
      await wakeup.wait(wait, options.signal);
    }
  } finally {
    stop();
  }
}
