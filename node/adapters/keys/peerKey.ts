import { SwarmError } from "../../core/errors.ts";

/** libp2p's protobuf of a private key: field 1 (type) = 2 (secp256k1), field 2 (data) = 32 bytes. */
const PREFIX = Uint8Array.of(0x08, 0x02, 0x12, 0x20);
const KEY_BYTES = 32;

/** @param key secp256k1 private key, 32 bytes @returns libp2p's protobuf, 36 bytes */
export function encodePeerKey(key: Uint8Array): Uint8Array {
  return Uint8Array.of(...PREFIX, ...key);
}

/** @param path named in errors @returns the raw key, 32 bytes @throws SwarmError KEY_FORMAT */
export function decodePeerKey(protobuf: Uint8Array, path: string): Uint8Array {
  if (protobuf.length !== PREFIX.length + KEY_BYTES || PREFIX.some((byte, i) => protobuf[i] !== byte)) {
    throw new SwarmError(
      "KEY_FORMAT",
      `${path} is no libp2p secp256k1 private key in base64: restore the keys from a backup`,
      { path },
    );
  }
  return protobuf.slice(PREFIX.length);
}
