import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from "@libp2p/crypto/keys";
import type { PrivateKey } from "@libp2p/interface";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";

/** A new secp256k1 peer key (a secret) in libp2p's protobuf form: the kind whose signatures a contract can check. */
export async function generatePeerKey(): Promise<Uint8Array> {
  return privateKeyToProtobuf(await generateKeyPair("secp256k1"));
}

/** @param bytes libp2p's protobuf form @throws SwarmError KEY_FORMAT */
export function parsePeerKey(bytes: Uint8Array): PrivateKey {
  try {
    const key = privateKeyFromProtobuf(bytes);
    if (key.type === "secp256k1") return key;
  } catch (error) {
    throw new SwarmError(
      "KEY_FORMAT",
      "The peer key is no libp2p private key: restore the key file or make a new one",
      {},
      error,
    );
  }
  throw new SwarmError("KEY_FORMAT", "The peer key is not secp256k1: make a new one, the registry takes no other kind");
}

/** The peer id that belongs to a peer key. */
export function peerIdOf(bytes: Uint8Array): PeerId {
  return peerIdFromPrivateKey(parsePeerKey(bytes)).toString();
}

/** The 32 secret bytes of a peer key, for a signer. */
export function rawPeerKey(bytes: Uint8Array): Uint8Array {
  return parsePeerKey(bytes).raw;
}
