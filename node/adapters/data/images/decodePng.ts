import { crc32, inflateSync } from "node:zlib";
import { convertIndexedToRgb, decode } from "fast-png";
import type { Pixels } from "./pixels.ts";

/** Channels by colour type, and the bit depths that it may have (PNG specification, table 11.1). */
const COLOUR_TYPES: Readonly<Record<number, { channels: number; depths: readonly number[] }>> = {
  0: { channels: 1, depths: [1, 2, 4, 8, 16] },
  2: { channels: 3, depths: [8, 16] },
  3: { channels: 1, depths: [1, 2, 4, 8] },
  4: { channels: 2, depths: [8, 16] },
  6: { channels: 4, depths: [8, 16] },
};
const KEPT = new Set(["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]);

/**
 * Decodes a PNG. Only the chunks that make up the picture are passed on, their checksums checked, and only after the compressed data is known to
 * unfold to exactly what the header says: text, profiles and bombs are never unfolded.
 * @throws Error that says what is wrong
 */
export function decodePng(bytes: Uint8Array): Pixels {
  const { file, header, data } = picture(bytes);
  const type = COLOUR_TYPES[header.colourType];
  if (type === undefined || !type.depths.includes(header.depth))
    throw new Error("its colour type and bit depth do not go together");
  if (header.interlaced) throw new Error("interlaced PNG is not read: save it without interlacing");
  const line = 1 + Math.ceil((header.width * type.channels * header.depth) / 8);
  const due = line * header.height;
  // One byte more than is due tells a bomb from an image, and bounds what it can cost.
  if (inflateSync(data, { maxOutputLength: due + 1 }).length !== due)
    throw new Error("its data is not as long as its header says");
  const png = decode(file);
  const isIndexed = header.colourType === 3;
  const raw = isIndexed ? convertIndexedToRgb(png) : png.data;
  const channels = isIndexed ? raw.length / (png.width * png.height) : png.channels;
  const samples = isIndexed ? new Uint8Array(raw) : toBytes(raw, png.width, png.height, png.depth);
  return { width: png.width, height: png.height, channels: channels as Pixels["channels"], samples };
}

interface Header {
  width: number;
  height: number;
  depth: number;
  colourType: number;
  interlaced: boolean;
}

/** The file without all that is no picture, its header, and its compressed data in one piece. */
function picture(bytes: Uint8Array): { file: Uint8Array; header: Header; data: Uint8Array } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  let header: Header | undefined;
  for (let at = 8; ;) {
    if (at + 12 > bytes.length) throw new Error("it ends before its last chunk");
    const length = view.getUint32(at);
    if (length > bytes.length - at - 12) throw new Error("a chunk goes on beyond its end");
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const chunk = bytes.subarray(at, at + 12 + length);
    if (KEPT.has(type)) {
      if (crc32(chunk.subarray(4, 8 + length)) !== view.getUint32(at + 8 + length))
        throw new Error(`chunk ${type} is damaged`);
      kept.push(chunk);
    }
    if (type === "IHDR") header = readHeader(view, at + 8, length);
    if (type === "IDAT") data.push(chunk.subarray(8, 8 + length));
    at += 12 + length;
    if (type === "IEND") break;
  }
  if (header === undefined) throw new Error("it has no header");
  return { file: Buffer.concat(kept), header, data: Buffer.concat(data) };
}

function readHeader(view: DataView, at: number, length: number): Header {
  if (length !== 13) throw new Error("its header is not 13 bytes long");
  const [depth, colourType, , , interlace] = [0, 1, 2, 3, 4].map((i) => view.getUint8(at + 8 + i)) as [
    number,
    number,
    number,
    number,
    number,
  ];
  return { width: view.getUint32(at), height: view.getUint32(at + 4), depth, colourType, interlaced: interlace !== 0 };
}

/** Samples from 0 to 255. Those of less than 8 bits are packed, each line padded to whole bytes. */
function toBytes(raw: ArrayLike<number>, width: number, height: number, depth: number): Uint8Array | Float32Array {
  if (depth === 8) return raw as Uint8Array;
  if (depth === 16) {
    const samples = new Float32Array(raw.length);
    for (let i = 0; i < raw.length; i++) samples[i] = (raw[i] as number) / 257;
    return samples;
  }
  const perByte = 8 / depth;
  const line = Math.ceil(width / perByte);
  const largest = 2 ** depth - 1;
  const samples = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const byte = raw[y * line + Math.floor(x / perByte)] as number;
      samples[y * width + x] = ((byte >> (8 - depth - (x % perByte) * depth)) & largest) * (255 / largest);
    }
  }
  return samples;
}
