import { SwarmError } from "../../core/errors.ts";

/** A client part that only clients can open. */
export interface SealedPart {
  /** Rows that it was trained on: how much it counts where parts are averaged. */
  weight: number;
  bytes: Uint8Array;
}

/** Parts one after another, as they go in a message's body. */
export function bodyOf(parts: readonly SealedPart[]): Uint8Array {
  const body = new Uint8Array(parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
  let at = 0;
  for (const { bytes } of parts) {
    body.set(bytes, at);
    at += bytes.length;
  }
  return body;
}

/** @throws SwarmError SPLIT_PROTOCOL where the lengths are not the body's */
export function partsIn(lengths: readonly { weight: number; bytes: number }[], body: Uint8Array): SealedPart[] {
  let at = 0;
  const parts = lengths.map(({ weight, bytes }) => {
    const part = { weight, bytes: body.slice(at, at + bytes) };
    at += bytes;
    return part;
  });
  if (at === body.length) return parts;
  throw new SwarmError(
    "SPLIT_PROTOCOL",
    `parts of ${at} bytes were announced and ${body.length} came: both sides need the same version`,
  );
}
