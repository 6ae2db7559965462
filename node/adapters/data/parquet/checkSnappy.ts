/** Most bytes of the length that a block begins with. */
const MAX_PREAMBLE = 5;

/**
 * Walks over a Snappy block's elements (Snappy compressed format description), so that each lies in the block and all together make exactly so many bytes:
 * the decoder takes a literal of 2 GiB or more for one of negative length, and would go round in circles.
 * @param length bytes that come out @throws Error that says what is wrong
 */
export function checkSnappy(block: Uint8Array, length: number): void {
  let at = 0;
  while (at < MAX_PREAMBLE && (block[at] ?? 0) >= 128) at++;
  at++;
  let out = 0;
  while (at < block.length) {
    const tag = block[at++] as number;
    const kind = tag & 3;
    if (kind === 0) {
      const size = (tag >>> 2) + 1;
      const more = Math.max(0, size - 60);
      const literal = more === 0 ? size : 1 + littleEndian(block, at, more);
      at += more + literal;
      out += literal;
    } else {
      out += kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
      at += kind === 3 ? 4 : kind;
    }
    if (at > block.length || out > length) throw new Error("its Snappy data goes on beyond its page");
  }
  if (out !== length) throw new Error("its Snappy data is not as long as its header says");
}

function littleEndian(bytes: Uint8Array, at: number, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) value += (bytes[at + i] ?? 0) * 256 ** i;
  return value;
}
