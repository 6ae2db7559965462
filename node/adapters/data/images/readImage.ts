import { open } from "node:fs/promises";
import { SwarmError } from "../../../core/errors.ts";
import { asDataError, dataError } from "../errors.ts";
import { decodeJpeg } from "./decodeJpeg.ts";
import { decodePng } from "./decodePng.ts";
import { imageSize } from "./imageSize.ts";
import { type Pixels, toChannels } from "./pixels.ts";
import { resizeBilinear } from "./resize.ts";

/** Most pixels of an image that is to be resized. */
export const MAX_PIXELS = 16_777_216;
/** Most bytes of a file that is to be resized. */
const MAX_FILE_BYTES = 67_108_864;
/** Most bytes of a file beside its pixels, for what cameras write into it. */
const SPARE_BYTES = 1_048_576;
/** No encoder takes more for a pixel: RGBA of 16 bits, uncompressed, with room for filters and blocks. */
const BYTES_PER_PIXEL = 10;

export interface ImageRules {
  height: number;
  width: number;
  channels: 1 | 3 | 4;
  resize: boolean;
}

/**
 * Reads one image as a task wants it. Its size is taken from its first bytes, and an image that does not fit is never decoded.
 * @throws SwarmError DATA_UNREADABLE, DATA_IMAGE (cannot be decoded), DATA_IMAGE_SIZE, DATA_TOO_LARGE
 */
export async function readImage(path: string, rules: ImageRules, signal?: AbortSignal): Promise<Pixels> {
  const bytes = await readWhole(path, rules, signal);
  const size = imageSize(bytes);
  if (size === undefined)
    throw dataError("DATA_IMAGE", path, "is neither a PNG nor a JPEG: only these are read, whatever a file is called");
  const { width, height } = size;
  const fits = width === rules.width && height === rules.height;
  if (!fits && !rules.resize) {
    const text = `is ${width} x ${height} pixels (width x height), the task wants ${rules.width} x ${rules.height}: scale it, or set data.resize in the task`;
    throw dataError("DATA_IMAGE_SIZE", path, text, { width, height });
  }
  if (width * height > MAX_PIXELS || width * height === 0)
    throw dataError("DATA_IMAGE_SIZE", path, `is ${width} x ${height} pixels; ${MAX_PIXELS} are the most`, {
      width,
      height,
    });
  const decoded = decodeAs(size.kind, bytes, path);
  const image = toChannels(decoded, rules.channels);
  if (image === undefined)
    throw dataError("DATA_IMAGE", path, "is transparent in places: flatten it, or give data.inputShape 4 channels");
  return fits ? image : resizeBilinear(image, rules.width, rules.height);
}

function decodeAs(kind: "png" | "jpeg", bytes: Uint8Array, path: string): Pixels {
  try {
    return kind === "png" ? decodePng(bytes) : decodeJpeg(bytes);
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause);
    throw dataError("DATA_IMAGE", path, `cannot be decoded (${what}): save it again`, {}, cause);
  }
}

async function readWhole(path: string, rules: ImageRules, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const most = rules.resize ? MAX_FILE_BYTES : rules.width * rules.height * BYTES_PER_PIXEL + SPARE_BYTES;
  try {
    await using file = await open(path, "r");
    const { size } = await file.stat();
    if (size > most)
      throw dataError("DATA_TOO_LARGE", path, `has ${size} bytes; ${most} are read for an image of this size`);
    return await file.readFile(signal === undefined ? {} : { signal });
  } catch (cause) {
    throw cause instanceof SwarmError ? cause : asDataError(path, cause);
  }
}
