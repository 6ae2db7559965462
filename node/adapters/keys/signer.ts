import { keccak256, SigningKey } from "ethers/crypto";
import { SwarmError } from "../../core/errors.ts";
import type { Address } from "../../core/primitives.ts";
import type { Signer } from "../../ports/signer.ts";

const DIGEST_BYTES = 32;

/** @param key secp256k1 private key, 32 bytes @returns its public key without the 0x04 in front: x and y, 64 bytes */
export function publicKeyOf(key: Uint8Array): Uint8Array {
  return new Uint8Array(Buffer.from(new SigningKey(key).publicKey.slice(4), "hex"));
}

/** @param key secp256k1 private key, 32 bytes @returns the account it signs for */
export function addressOf(key: Uint8Array): Address {
  return `0x${keccak256(publicKeyOf(key)).slice(-40)}`;
}

/**
 * Signs with a key in memory; deterministic (RFC 6979), with s in the lower half as the contracts require.
 * @param key secp256k1 private key, 32 bytes
 */
export function createSigner(key: Uint8Array): Signer {
  const signingKey = new SigningKey(key);
  return {
    address: addressOf(key),
    sign: async (digest) => {
      if (digest.length !== DIGEST_BYTES) {
        throw new SwarmError("KEY_DIGEST", `a digest to sign has ${DIGEST_BYTES} bytes, not ${digest.length}`, {
          length: digest.length,
        });
      }
      return new Uint8Array(Buffer.from(signingKey.sign(digest).serialized.slice(2), "hex"));
    },
  };
}
