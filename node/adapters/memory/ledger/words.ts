import { createHash } from "node:crypto";
import type { Bytes32 } from "../../../core/primitives.ts";

/** Hashes the bytes that contracts would hash with keccak256. */
export type HashFunction = (bytes: Uint8Array) => Bytes32;

/**
 * What a memory chain hashes with unless told otherwise: SHA3-256, the nearest thing to keccak256 that comes with Node. Digests then
 * differ from those of a real chain in value and in nothing else.
 */
export const sha3: HashFunction = (bytes) => `0x${createHash("sha3-256").update(bytes).digest("hex")}`;

/** Solidity's `abi.encode` of values of one word each: numbers, booleans, addresses and hashes. */
export function words(...values: (bigint | number | boolean | string)[]): Uint8Array {
  const bytes = Buffer.alloc(32 * values.length);
  values.forEach((value, i) => {
    const digits = BigInt(value).toString(16).padStart(64, "0");
    bytes.write(digits, 32 * i, "hex");
  });
  return bytes;
}
