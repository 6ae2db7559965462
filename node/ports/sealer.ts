import type { EncryptionKey } from "../core/primitives.ts";

/** Seals files to recipients' X25519 keys and opens those sealed to this node: age v1 files. */
export interface Sealer {
  readonly publicKey: EncryptionKey;
  /** @returns the sealed file and the keys that could not be used (zero, low order), which are left out */
  seal(bytes: Uint8Array, recipients: EncryptionKey[]): Promise<{ sealed: Uint8Array; unusable: EncryptionKey[] }>;
  /** @throws SwarmError SEAL_NOT_RECIPIENT, SEAL_DAMAGED, SEAL_TOO_LARGE (the opened file would exceed `maxBytes`) */
  open(sealed: Uint8Array, options: { maxBytes: number }): Promise<Uint8Array>;
}
