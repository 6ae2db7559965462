import { SwarmError } from "../../../core/errors.ts";
import type { LocatedEvent } from "../../../core/ledger/events.ts";
import type { Bytes32 } from "../../../core/primitives.ts";
import { decodeLog } from "../abi/decode.ts";
import type { RawLog } from "../abi/eventArguments.ts";
import type { Deployment } from "../deployment.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { hex, requireHeader } from "../rpc/header.ts";
import { rpcMessageOf } from "../rpc/jsonRpc.ts";

/** A log where the chain has it. */
export interface PlacedLog extends RawLog {
  transactionHash: string;
  block: number;
  blockHash: Bytes32;
  index: number;
  /** Unix seconds, where the endpoint says it with the log. */
  timestamp: number | undefined;
}

/** Blocks asked for at once: at most so many, halved where the endpoint finds that too much. */
const MOST_BLOCKS = 2_000;
/** Headers asked for in one batch. */
const HEADER_BATCH = 100;

/** Which blocks: one by its hash, which cannot change its meaning, or a range. */
export type LogRange = { blockHash: Bytes32 } | { from: number; to: number };

/** Logs of both contracts in chain order. @throws SwarmError CHAIN_UNREACHABLE, CHAIN_RPC_ERROR, CHAIN_BAD_ANSWER */
export async function logsIn(
  endpoint: Endpoint,
  deployment: Deployment,
  range: LogRange,
  signal: AbortSignal,
): Promise<PlacedLog[]> {
  const address = [deployment.registry, deployment.ledger];
  if ("blockHash" in range)
    return parse(await endpoint.request("eth_getLogs", [{ address, ...range }], signal), address);
  const logs: PlacedLog[] = [];
  let size = MOST_BLOCKS;
  for (let from = range.from; from <= range.to;) {
    const to = Math.min(from + size - 1, range.to);
    try {
      const found = await endpoint.request(
        "eth_getLogs",
        [{ address, fromBlock: hex(from), toBlock: hex(to) }],
        signal,
      );
      // One by one: the arguments of a call have to fit on the stack.
      for (const log of parse(found, address)) logs.push(log);
      from = to + 1;
    } catch (error) {
      if (from === to || !isTooMuch(error)) throw error;
      size = Math.ceil((to - from + 1) / 2);
    }
  }
  return logs;
}

/** Decodes logs into events with their times. @param timestamps of blocks that are known already */
export async function locate(
  endpoint: Endpoint,
  deployment: Deployment,
  logs: PlacedLog[],
  timestamps: ReadonlyMap<number, number>,
  signal: AbortSignal,
): Promise<LocatedEvent[]> {
  const times = new Map(timestamps);
  for (const { block, timestamp } of logs) if (timestamp !== undefined) times.set(block, timestamp);
  const unknown = [...new Set(logs.map(({ block }) => block))].filter((block) => !times.has(block));
  for (let i = 0; i < unknown.length; i += HEADER_BATCH) {
    const calls = unknown
      .slice(i, i + HEADER_BATCH)
      .map((block) => ({ method: "eth_getBlockByNumber", params: [hex(block), false] }));
    for (const block of await endpoint.batch(calls, signal)) {
      const { number, timestamp } = requireHeader(block, "a block with events");
      times.set(number, timestamp);
    }
  }
  return logs.map((log) => ({
    ...decodeLog(log.address === deployment.registry ? "registry" : "ledger", log),
    at: {
      block: log.block,
      index: log.index,
      timestamp: times.get(log.block) as number,
      transaction: log.transactionHash.toLowerCase() as Bytes32,
    },
  }));
}

function parse(value: unknown, addresses: string[]): PlacedLog[] {
  if (!Array.isArray(value)) throw badAnswer("eth_getLogs gave no list");
  return value.map((entry: Record<string, unknown>) => {
    const { address, topics, data, transactionHash, blockNumber, blockHash, logIndex, blockTimestamp } = entry;
    const log = {
      address: String(address).toLowerCase(),
      topics: Array.isArray(topics) ? topics.map(String) : [],
      data: String(data),
      transactionHash: String(transactionHash),
      block: Number(blockNumber ?? Number.NaN),
      blockHash: String(blockHash).toLowerCase() as Bytes32,
      index: Number(logIndex ?? Number.NaN),
      timestamp: blockTimestamp === undefined || blockTimestamp === null ? undefined : Number(blockTimestamp),
    };
    if (!addresses.includes(log.address) || !Number.isSafeInteger(log.block) || !Number.isSafeInteger(log.index)) {
      throw badAnswer("eth_getLogs gave a log that was not asked for, or of no block");
    }
    return log;
  });
}

function isTooMuch(error: unknown): boolean {
  const message = rpcMessageOf(error);
  return (
    message !== undefined && /too many|too large|exceed|limit|range|more than|response size|timed? ?out/i.test(message)
  );
}

function badAnswer(what: string): SwarmError {
  return new SwarmError("CHAIN_BAD_ANSWER", `The chain's endpoint cannot be used: ${what}.`);
}
