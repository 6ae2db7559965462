import type { Address, Bytes32 } from "../../../core/primitives.ts";

/** Values as ethers decodes them, brought to the project's one text form each. */

export function toAddress(value: unknown): Address {
  return String(value).toLowerCase() as Address;
}

export function toBytes32(value: unknown): Bytes32 {
  return String(value).toLowerCase() as Bytes32;
}

/** Text out of bytes that somebody else chose: what is no UTF-8 becomes `0x` hex instead of stopping every reader. */
export function toText(value: unknown): string {
  return utf8(toBytes(value)) ?? String(value).toLowerCase();
}

/** A submission's CID, and its bytes where the text alone does not give them back, so that an audit can hash what the contract did. */
export function toCid(value: unknown): { cid: string; cidBytes?: Uint8Array } {
  const bytes = toBytes(value);
  const text = utf8(bytes);
  return text === undefined ? { cid: toText(value), cidBytes: bytes } : { cid: text };
}

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The one text with this encoding; undefined where the bytes are no UTF-8. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    return strictUtf8.decode(bytes);
  } catch (error) {
    if (error instanceof TypeError) return undefined;
    throw error;
  }
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
