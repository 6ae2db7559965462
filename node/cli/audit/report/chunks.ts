import { createHash } from "node:crypto";
import type { Bytes32 } from "../../../core/primitives.ts";

/** Characters that are written at once. */
const SIZE = 1 << 16;

/** Puts small pieces of text together, so that not each is a write of its own. */
export async function* chunks(pieces: Iterable<string> | AsyncIterable<string>): AsyncGenerator<string> {
  let text = "";
  for await (const piece of pieces) {
    text += piece;
    if (text.length < SIZE) continue;
    yield text;
    text = "";
  }
  if (text !== "") yield text;
}

/** Passes text on, and tells the sha256 of all of it (as UTF-8) when it is through. */
export async function* hashing(pieces: AsyncIterable<string>, done: (sha256: Bytes32) => void): AsyncGenerator<string> {
  const hash = createHash("sha256");
  for await (const piece of pieces) {
    hash.update(piece);
    yield piece;
  }
  done(`0x${hash.digest("hex")}`);
}
