import { SwarmError } from "./errors.ts";
import type { PeerId } from "./primitives.ts";

/**
 * A libp2p peer id of a secp256k1 key is the identity multihash of the key's protobuf: 0x00 0x25 (identity, 37 bytes),
 * 0x08 0x02 (key type secp256k1), 0x12 0x21 (33 bytes of data), and the compressed key.
 */
const PREFIX = Uint8Array.of(0x00, 0x25, 0x08, 0x02, 0x12, 0x21);
const LENGTH = PREFIX.length + 33;
const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/** @param bytes 39 bytes @throws SwarmError PEER_INVALID_ID unless they are a secp256k1 peer id */
export function peerIdText(bytes: Uint8Array): PeerId {
  if (bytes.length !== LENGTH || PREFIX.some((byte, i) => bytes[i] !== byte) || !isSign(bytes[PREFIX.length])) {
    throw new SwarmError("PEER_INVALID_ID", `These ${bytes.length} bytes are not the peer id of a secp256k1 key.`);
  }
  return base58(bytes);
}

/** @param peerKey uncompressed secp256k1 public key, x and y, 64 bytes @returns the peer id's 39 bytes */
export function peerIdBytes(peerKey: Uint8Array): Uint8Array {
  if (peerKey.length !== 64) {
    throw new SwarmError("PEER_INVALID_KEY", `A peer key has 64 bytes (x and y), not ${peerKey.length}.`);
  }
  const bytes = new Uint8Array(LENGTH);
  bytes.set(PREFIX);
  bytes[PREFIX.length] = (peerKey[63] as number) % 2 === 1 ? 3 : 2;
  bytes.set(peerKey.subarray(0, 32), PREFIX.length + 1);
  return bytes;
}

/** The peer id of an uncompressed secp256k1 public key (x and y, 64 bytes). */
export function peerIdOfKey(peerKey: Uint8Array): PeerId {
  return peerIdText(peerIdBytes(peerKey));
}

function isSign(byte: number | undefined): boolean {
  return byte === 2 || byte === 3;
}

function base58(bytes: Uint8Array): string {
  let value = 0n;
  for (const byte of bytes) value = value * 256n + BigInt(byte);
  let text = "";
  for (; value > 0n; value /= 58n) text = ALPHABET[Number(value % 58n)] + text;
  for (const byte of bytes) {
    if (byte !== 0) break;
    text = `1${text}`;
  }
  return text;
}
