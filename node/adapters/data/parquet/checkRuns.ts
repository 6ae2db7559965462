/** Most values of padding in a run that is packed in groups of eight. */
const MOST_PADDING = 512;
const MAX_WIDTH = 32;

/**
 * Walks over run-length and bit-packed runs (Parquet format, RLE/bit-packing hybrid), so that no run is longer than the values that are left:
 * a run of a few bytes may say that it has a billion.
 * @param at where the runs begin @param width bits of a value @param values how many there are at the most
 * @returns whether there are so many: decoders that look for more read on behind the runs
 * @throws Error that says what is wrong
 */
export function checkRuns(bytes: Uint8Array, at: number, width: number, values: number): boolean {
  if (width > MAX_WIDTH) throw new Error(`its values have ${width} bits`);
  let next = at;
  let seen = 0;
  while (seen < values && next < bytes.length) {
    const { value: header, end } = varint(bytes, next);
    const count = header >>> 1;
    const packed = (header & 1) === 1;
    seen += packed ? 8 * count : count;
    if (seen > values + (packed ? MOST_PADDING : 0)) throw new Error("a run is longer than its page");
    next = end + (packed ? count * width : (width + 7) >> 3);
  }
  return seen >= values;
}

/** Bytes of the runs whose length stands before them. @throws Error where they are more than there are */
export function lengthBefore(bytes: Uint8Array, at: number): number {
  if (at + 4 > bytes.length) throw new Error("a page ends before its levels");
  const length = new DataView(bytes.buffer, bytes.byteOffset + at, 4).getUint32(0, true);
  if (length > bytes.length - at - 4) throw new Error("its levels go on beyond its page");
  return length;
}

/** Of five bytes and 31 bits at the most: what decoders make of longer ones differs. */
function varint(bytes: Uint8Array, at: number): { value: number; end: number } {
  let value = 0;
  for (let i = 0; i < 5; i++) {
    const byte = bytes[at + i];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * i);
    if (byte >= 128) continue;
    if (value < 2 ** 31) return { value, end: at + i + 1 };
    break;
  }
  throw new Error("a run has no length that can be true");
}
