/** What an image's header says; read from a few bytes, before anything is decoded. */
export interface ImageSize {
  kind: "png" | "jpeg";
  width: number;
  height: number;
}

const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/** @returns undefined where the bytes are neither a PNG nor a JPEG with a header that can be read */
export function imageSize(bytes: Uint8Array): ImageSize | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (PNG_SIGNATURE.every((byte, i) => bytes[i] === byte)) {
    // The first chunk is IHDR, of 13 bytes (PNG specification, 5.6).
    if (bytes.length < 33 || view.getUint32(8) !== 13 || view.getUint32(12) !== 0x49484452) return undefined;
    return { kind: "png", width: view.getUint32(16), height: view.getUint32(20) };
  }
  if (bytes[0] === 0xff && bytes[1] === 0xd8) {
    const frame = jpegSegments(bytes).frames[0];
    return frame === undefined ? undefined : { kind: "jpeg", ...frame };
  }
  return undefined;
}

export interface JpegSegments {
  /** Start-of-frame segments: a JPEG that is decoded has one. */
  frames: { width: number; height: number; components: number; precision: number }[];
  /** Start-of-scan segments: one, or one per pass of a progressive file. */
  scans: number;
}

/** Walks over a JPEG's segments (ITU-T T.81, annex B) without decoding; stops where they cannot be followed. */
export function jpegSegments(bytes: Uint8Array): JpegSegments {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const found: JpegSegments = { frames: [], scans: 0 };
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) {
      // Entropy-coded data after a scan's header: on to the next marker.
      at++;
      continue;
    }
    const marker = bytes[at + 1] as number;
    if (marker === 0xff) {
      at++;
    } else if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) {
      at += 2;
    } else if (marker === 0xd9) {
      break;
    } else {
      const length = view.getUint16(at + 2);
      const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
      if (isFrame && at + 10 <= bytes.length) {
        found.frames.push({
          precision: bytes[at + 4] as number,
          height: view.getUint16(at + 5),
          width: view.getUint16(at + 7),
          components: bytes[at + 9] as number,
        });
      }
      if (marker === 0xda) found.scans++;
      at += 2 + Math.max(2, length);
    }
  }
  return found;
}
