import type { Address, Bytes32 } from "../../../core/primitives.ts";

/** Values as ethers decodes them, brought to the project's one text form each. */

export function toAddress(value: unknown): Address {
  return String(value).toLowerCase() as Address;
}

export function toBytes32(value: unknown): Bytes32 {
  return String(value).toLowerCase() as Bytes32;
}

/** Text out of bytes that somebody else chose: what is no UTF-8 becomes U+FFFD instead of stopping every reader. */
export function toText(value: unknown): string {
  return Buffer.from(String(value).slice(2), "hex").toString("utf8");
}

export function toBytes(value: unknown): Uint8Array {
  return Uint8Array.from(Buffer.from(String(value).slice(2), "hex"));
}

/** @throws RangeError beyond 2^53 - 1: the contract bounds every value that is read with this */
export function toNumber(value: unknown): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number)) throw new RangeError(`${String(value)} is not a whole number below 2^53`);
  return number;
}

/** Unix seconds; "for ever" (2^64 - 1, or anything above 2^53 - 1) becomes `Number.MAX_SAFE_INTEGER`. */
export function toSeconds(value: unknown): number {
  return Math.min(Number(value), Number.MAX_SAFE_INTEGER);
}

export function toHex(bytes: Uint8Array): string {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex")}`;
}
