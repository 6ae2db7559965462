import { decode } from "jpeg-js";
import { jpegSegments } from "./imageSize.ts";
import type { Pixels } from "./pixels.ts";

/** Most passes of a progressive file: each costs a pass over the whole picture, and encoders make ten. */
const MAX_SCANS = 64;
/** Pixels that a byte can stand for at the most: a block of 8 x 8 takes a bit in the first scan. */
const MOST_PIXELS_PER_BYTE = 512;
/** MiB that decoding may take, as the decoder counts: some 16 bytes for each sample, and room for small pictures. */
const BASE_MIB = 16;

/** Decodes a baseline or progressive JPEG of 8 bits, grey or colour. @throws Error that says what is wrong */
export function decodeJpeg(bytes: Uint8Array): Pixels {
  const { frames, scans } = jpegSegments(bytes);
  const [frame] = frames;
  if (frame === undefined || frames.length > 1) throw new Error("it has no single picture");
  if (frame.precision !== 8) throw new Error("only JPEG of 8 bits per sample is read");
  if (frame.components !== 1 && frame.components !== 3)
    throw new Error("only grey and RGB pictures are read, not CMYK");
  if (scans > MAX_SCANS) throw new Error(`it has ${scans} scans; ${MAX_SCANS} are the most`);
  const { width, height } = frame;
  if (width * height > bytes.length * MOST_PIXELS_PER_BYTE)
    throw new Error(`it has fewer bytes than a picture of ${width} x ${height} pixels takes`);
  const decoded = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: Math.ceil((width * height) / 1e6),
    maxMemoryUsageInMB: BASE_MIB + Math.ceil((width * height * 3 * 16) / 1e6),
  });
  const { data } = decoded;
  // Grey comes as three equal colours.
  if (decoded.width !== width || decoded.height !== height || data.length !== width * height * 3)
    throw new Error("its picture is not as large as its header says");
  if (frame.components === 3) return { width, height, channels: 3, samples: data };
  const samples = new Uint8Array(width * height);
  for (let i = 0; i < samples.length; i++) samples[i] = data[3 * i] as number;
  return { width, height, channels: 1, samples };
}
