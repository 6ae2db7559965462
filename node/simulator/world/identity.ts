import { createECDH, createHash } from "node:crypto";
import type { Address, EncryptionKey } from "../../core/primitives.ts";

/** Accounts and keys of simulated members: made from their index, worth nothing, and the same every time. */

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
const hex = (bytes: Uint8Array): `0x${string}` => `0x${Buffer.from(bytes).toString("hex")}`;

export const accountOf = (name: string): Address => hex(digest(`account of ${name}`).subarray(0, 20));

/** 32 bytes below the curve's modulus in little endian, and not of low order. */
export const encryptionKeyOf = (name: string): EncryptionKey => {
  const key = digest(`encryption key of ${name}`);
  key[31] = (key[31] as number) & 0x3f;
  return hex(key);
};

/** @returns x and y of a point of secp256k1, 64 bytes */
export function peerKeyOf(name: string): Uint8Array {
  const pair = createECDH("secp256k1");
  pair.setPrivateKey(digest(`peer key of ${name}`));
  return pair.getPublicKey().subarray(1);
}
