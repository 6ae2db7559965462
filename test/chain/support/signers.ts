import { hexlify, keccak256, SigningKey, toBeHex } from "ethers";
import type { Address, EncryptionKey } from "../../../node/core/primitives.ts";
import type { Signer } from "../../../node/ports/signer.ts";

/** A key for tests, the same in every run. */
export interface TestSigner extends Signer {
  /** Uncompressed public key: x and y, 64 bytes. */
  publicKey: Uint8Array;
}

/** @param seed 1 or more; different seeds give different keys */
export function testSigner(seed: number): TestSigner {
  const key = new SigningKey(keccak256(toBeHex(seed, 32)));
  const publicKey = Uint8Array.from(Buffer.from(key.publicKey.slice(4), "hex"));
  return {
    publicKey,
    address: `0x${keccak256(publicKey).slice(26)}` as Address,
    async sign(digest) {
      return Uint8Array.from(Buffer.from(key.sign(hexlify(digest)).serialized.slice(2), "hex"));
    },
  };
}

/** Some X25519 public key, of no low order; nobody knows its secret. */
export const testEncryptionKey = (seed: number): EncryptionKey =>
  `0x${seed.toString(16).padStart(4, "0")}${"5a".repeat(29)}0a`;
