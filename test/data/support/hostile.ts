import { crc32, deflateSync } from "node:zlib";
import { zipOf } from "../../../scripts/fuzz/zip.ts";

/** A .npy file whose header says this, and these bytes after it. */
export function npyOf(header: string, body: Uint8Array, version = 1): Uint8Array {
  const length = Buffer.alloc(version === 1 ? 2 : 4);
  if (version === 1) length.writeUInt16LE(header.length);
  else length.writeUInt32LE(header.length);
  return Buffer.concat([
    Buffer.from([0x93]),
    Buffer.from("NUMPY"),
    Buffer.from([version, 0]),
    length,
    Buffer.from(header),
    body,
  ]);
}

export const npyHeader = (descr: string, shape: string, order = "False"): string =>
  `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }\n`;

/** An .idx file of unsigned bytes with these sides, and these bytes after its header. */
export function idxOf(sides: readonly number[], body: Uint8Array): Uint8Array {
  const header = Buffer.alloc(4 + 4 * sides.length);
  header.writeUInt8(8, 2);
  header.writeUInt8(sides.length, 3);
  for (const [i, side] of sides.entries()) header.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([header, body]);
}

/** A grey PNG of 8 bits that says it has this size, around this data before compression. */
export function pngOf(
  width: number,
  height: number,
  raw: Uint8Array,
  more: readonly [string, Uint8Array][] = [],
): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(8, 8);
  const chunks: [string, Uint8Array][] = [
    ["IHDR", header],
    ...more,
    ["IDAT", deflateSync(raw)],
    ["IEND", Buffer.alloc(0)],
  ];
  const parts = chunks.map(([type, data]) => {
    const inner = Buffer.concat([Buffer.from(type), data]);
    const ends = Buffer.alloc(8);
    ends.writeUInt32BE(data.length, 0);
    ends.writeUInt32BE(crc32(inner), 4);
    return Buffer.concat([ends.subarray(0, 4), inner, ends.subarray(4)]);
  });
  return Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), ...parts]);
}

/** An archive of features as given and 48 labels of class 0. */
export function npzOf(features: Uint8Array, says: { uncompressed?: number; compressed?: number } = {}): Uint8Array {
  const labels = npyOf(npyHeader("|u1", "48,"), new Uint8Array(48));
  return zipOf([
    { name: "x.npy", bytes: features, deflated: true, says },
    { name: "y.npy", bytes: labels },
  ]);
}

/** A Parquet file with this footer and nothing before it. */
export function parquetOf(footer: Uint8Array): Uint8Array {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(footer.length);
  return Buffer.concat([Buffer.from("PAR1"), footer, length, Buffer.from("PAR1")]);
}
