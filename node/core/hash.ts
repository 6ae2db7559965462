import { createHash, hash } from "node:crypto";
import type { Bytes32 } from "./primitives.ts";

/**
 * sha256 of `bytes`, the name of every update, model and document.
 * The core's one use of a `node:` module: a hash is a pure function, and the native one is some twenty times as fast as JavaScript.
 */
export function sha256(bytes: Uint8Array): Bytes32 {
  return `0x${hash("sha256", bytes, "hex")}`;
}

/** sha256 of bytes that come in parts. `digest` can be asked for once. */
export function runningSha256(): { add(bytes: Uint8Array): void; digest(): Bytes32 } {
  const running = createHash("sha256");
  return { add: (bytes) => void running.update(bytes), digest: () => `0x${running.digest("hex")}` };
}
