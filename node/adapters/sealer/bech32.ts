import { SwarmError } from "../../core/errors.ts";

/** Bech32 as in BIP 173, without its limit of 90 characters: how age writes keys. */
const ALPHABET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];
const CHECKSUM_LENGTH = 6;

function polymod(values: readonly number[]): number {
  let checksum = 1;
  for (const value of values) {
    const top = checksum >>> 25;
    checksum = ((checksum & 0x1ffffff) << 5) ^ value;
    GENERATORS.forEach((generator, i) => {
      if ((top >>> i) & 1) checksum ^= generator;
    });
  }
  return checksum;
}

function expandPrefix(prefix: string): number[] {
  const codes = [...prefix].map((character) => character.charCodeAt(0));
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)];
}

/** Regroups bits from words of `from` to words of `to`; undefined where left-over bits are not zero padding. */
function regroup(words: Iterable<number>, from: number, to: number, pad: boolean): number[] | undefined {
  let bits = 0;
  let buffer = 0;
  const result: number[] = [];
  for (const word of words) {
    buffer = (buffer << from) | word;
    bits += from;
    while (bits >= to) {
      bits -= to;
      result.push((buffer >> bits) & ((1 << to) - 1));
    }
    buffer &= (1 << bits) - 1;
  }
  if (!pad) return bits >= from || buffer !== 0 ? undefined : result;
  if (bits > 0) result.push((buffer << (to - bits)) & ((1 << to) - 1));
  return result;
}

/** @param prefix lower-case */
export function encodeBech32(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5, true) ?? [];
  const sum = polymod([...expandPrefix(prefix), ...words, 0, 0, 0, 0, 0, 0]) ^ 1;
  const check = [25, 20, 15, 10, 5, 0].map((shift) => (sum >>> shift) & 31);
  return `${prefix}1${[...words, ...check].map((word) => ALPHABET[word]).join("")}`;
}

/**
 * @param prefix the one expected, lower-case @param text all lower-case or all upper-case
 * @throws SwarmError KEY_FORMAT; the message holds no part of the text, which may be a secret
 */
export function decodeBech32(prefix: string, text: string): Uint8Array {
  const lower = text.toLowerCase();
  const words = Array.from(lower.slice(prefix.length + 1), (character) => ALPHABET.indexOf(character));
  const wellFormed =
    (text === lower || text === text.toUpperCase()) &&
    lower.startsWith(`${prefix}1`) &&
    words.length > CHECKSUM_LENGTH &&
    !words.includes(-1) &&
    polymod([...expandPrefix(prefix), ...words]) === 1;
  const bytes = wellFormed ? regroup(words.slice(0, -CHECKSUM_LENGTH), 5, 8, false) : undefined;
  if (bytes === undefined) {
    throw new SwarmError(
      "KEY_FORMAT",
      `Expected a key that begins with ${prefix}1 and has a right checksum: copy it again, whole`,
    );
  }
  return Uint8Array.from(bytes);
}
