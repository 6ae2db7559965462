import type { Address } from "../core/primitives.ts";

/** A secp256k1 key that signs 32-byte digests; the key itself never leaves the adapter. */
export interface Signer {
  readonly address: Address;
  /** @param digest 32 bytes @returns 65 bytes: r, s, v (27 or 28) */
  sign(digest: Uint8Array): Promise<Uint8Array>;
}
