import { randomBytes } from "node:crypto";
import type { Random } from "../../ports/random.ts";

/** The operating system's random source. */
export function createRandom(): Random {
  return { bytes: (length) => new Uint8Array(randomBytes(length)) };
}
