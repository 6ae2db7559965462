import { SwarmError } from "../../../core/errors.ts";
import type { Bytes32 } from "../../../core/primitives.ts";

/** What following a chain needs of a block. */
export interface BlockHeader {
  number: number;
  hash: Bytes32;
  parentHash: Bytes32;
  /** Unix seconds. */
  timestamp: number;
}

/** A header out of a block or an announcement as JSON-RPC gives it; undefined where it is none (such as a pending block). */
export function parseHeader(value: unknown): BlockHeader | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { number, hash, parentHash, timestamp } = value as Record<string, unknown>;
  if (typeof hash !== "string" || typeof parentHash !== "string") return undefined;
  const header = {
    number: Number(number),
    hash: hash.toLowerCase() as Bytes32,
    parentHash: parentHash.toLowerCase() as Bytes32,
    timestamp: Number(timestamp),
  };
  return Number.isSafeInteger(header.number) && Number.isSafeInteger(header.timestamp) ? header : undefined;
}

/** @throws SwarmError CHAIN_BAD_ANSWER where the endpoint gave something else than a block */
export function requireHeader(value: unknown, what: string): BlockHeader {
  const header = parseHeader(value);
  if (header) return header;
  throw new SwarmError(
    "CHAIN_BAD_ANSWER",
    `The chain's endpoint gave no usable answer about ${what}: is it a full node?`,
    { what },
  );
}

export const hex = (value: number): string => `0x${value.toString(16)}`;
