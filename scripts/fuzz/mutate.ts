import { crc32, deflateSync, inflateSync } from "node:zlib";
import type { Prng } from "../../node/core/prng.ts";

/** Numbers that sizes and counts are wrong with. */
const AWKWARD = [
  0, 1, 2, 7, 8, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
];
/** Text that tables and headers are wrong with. */
const WORDS = [
  '"',
  ",",
  "\t",
  "\n",
  "\r\n",
  "nan",
  "1e400",
  "-",
  "\0",
  "}",
  "(",
  "99999999999",
  "'descr': '|O'",
  "\ufeff",
];

/** Some changes to a valid file, at random: most are small, so that the file stays nearly right. */
export function mutate(bytes: Uint8Array, prng: Prng): Uint8Array {
  let changed: Uint8Array = bytes.slice();
  for (let left = 1 + prng.below(4); left > 0; left--) changed = once(changed, prng);
  return changed;
}

function once(bytes: Uint8Array, prng: Prng): Uint8Array {
  const at = place(bytes.length, prng);
  switch (prng.below(9)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      bytes[at] = (bytes[at] ?? 0) ^ (1 << prng.below(8));
      return bytes;
    case 2:
    case 3:
      return overwrite(bytes, at, prng);
    case 4:
      return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + prng.below(32)));
    case 5: {
      const end = Math.min(bytes.length, at + 1 + prng.below(64));
      return joined(bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end));
    }
    case 6:
      return joined(bytes.subarray(0, at), Buffer.from(WORDS[prng.below(WORDS.length)] as string), bytes.subarray(at));
    case 7: {
      const run = new Uint8Array(1 + prng.below(4096)).fill(prng.below(256));
      return joined(bytes.subarray(0, at), run, bytes.subarray(at));
    }
    default: {
      // Digits of a header's text, one for another.
      const digits = [...bytes.keys()].filter(
        (i) => i < 512 && (bytes[i] as number) >= 0x30 && (bytes[i] as number) <= 0x39,
      );
      const digit = digits[prng.below(Math.max(1, digits.length))];
      if (digit !== undefined) bytes[digit] = 0x30 + prng.below(10);
      return bytes;
    }
  }
}

/** Headers stand in the beginning, and for some formats in the end: half of all changes are made there. */
function place(length: number, prng: Prng): number {
  const kind = prng.below(4);
  if (kind === 0) return prng.below(Math.min(length, 128) + 1);
  if (kind === 1) return Math.max(0, length - 1 - prng.below(Math.min(length, 768) + 1));
  return prng.below(length + 1);
}

function overwrite(bytes: Uint8Array, at: number, prng: Prng): Uint8Array {
  const value = prng.below(4) === 0 ? prng.uint32() : (AWKWARD[prng.below(AWKWARD.length)] as number);
  const size = [1, 2, 4, 8][prng.below(4)] as number;
  const little = prng.below(2) === 0;
  for (let i = 0; i < size && at + i < bytes.length; i++) {
    const shift = little ? i : size - 1 - i;
    bytes[at + i] = shift >= 4 ? (value === 0xffffffff ? 0xff : 0) : (value >>> (8 * shift)) & 0xff;
  }
  return bytes;
}

const joined = (...parts: Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts));

/** A PNG whose chunks have the right checksums again, so that what is wrong in them is seen by more than the checksum. */
export function repairPng(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) break;
    view.setUint32(at + 8 + length, crc32(bytes.subarray(at + 4, at + 8 + length)));
    at += 12 + length;
  }
  return bytes;
}

/** A PNG of one data chunk whose picture is damaged before it is compressed; anything else stays as it is. */
export function damageUnfolded(bytes: Uint8Array, prng: Prng): Uint8Array {
  const file = Buffer.from(bytes);
  const at = file.indexOf("IDAT");
  if (at < 0) return mutate(bytes, prng);
  const length = file.readUInt32BE(at - 4);
  const data = deflateSync(mutate(inflateSync(file.subarray(at + 4, at + 4 + length)), prng));
  const size = Buffer.alloc(4);
  size.writeUInt32BE(data.length);
  return joined(file.subarray(0, at - 4), size, Buffer.from("IDAT"), data, file.subarray(at + 4 + length));
}
