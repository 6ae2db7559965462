import { createPrivateKey, createPublicKey } from "node:crypto";
import { concat, getBytes, hexlify, keccak256, SigningKey, TypedDataEncoder, toUtf8Bytes, zeroPadValue } from "ethers";
import type { NodeRegistry } from "../../../types/NodeRegistry.ts";
import { type Account, as, type World } from "./chain.ts";

/** `INodeRegistry.NodeKeys`. */
export interface NodeKeys {
  peerKey: string;
  encryptionKey: string;
  addresses: string[];
  deadline: number;
}

/** A deadline that no scenario reaches, in the year 2100. */
export const FAR = 4_102_444_800;

/** A libp2p key that is the same in every run. */
export function peerKey(seed: string): SigningKey {
  return new SigningKey(keccak256(toUtf8Bytes(`peer key of ${seed}`)));
}

/** x and y of a public key. */
export function uncompressed(key: SigningKey): string {
  return `0x${key.publicKey.slice(4)}`;
}

/** An honest X25519 public key that is the same in every run. */
export function encryptionKey(seed: string): string {
  const secret = getBytes(keccak256(toUtf8Bytes(`encryption key of ${seed}`)));
  // PKCS #8 frame of an X25519 private key (RFC 8410, section 7).
  const pkcs8 = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  const pair = createPublicKey(createPrivateKey({ key: pkcs8, format: "der", type: "pkcs8" }));
  return hexlify(pair.export({ format: "der", type: "spki" }).subarray(-32));
}

export function nodeKeys(seed: string, changes: Partial<NodeKeys> = {}): NodeKeys {
  return {
    peerKey: uncompressed(peerKey(seed)),
    encryptionKey: encryptionKey(seed),
    addresses: [`/dns4/${seed}.example/tcp/4001`],
    deadline: FAR,
    ...changes,
  };
}

/** The digest as a wallet computes it from EIP-712 typed data, without the contract. */
export function typedDataDigest(
  domain: { chainId: bigint; registry: string },
  account: string,
  nonce: bigint,
  keys: NodeKeys,
): string {
  return TypedDataEncoder.hash(
    { name: "NodeRegistry", version: "1", chainId: domain.chainId, verifyingContract: domain.registry },
    {
      Registration: [
        { name: "account", type: "address" },
        { name: "peerKey", type: "bytes" },
        { name: "encryptionKey", type: "bytes32" },
        { name: "addresses", type: "string[]" },
        { name: "nonce", type: "uint256" },
        { name: "deadline", type: "uint64" },
      ],
    },
    { account, ...keys, nonce },
  );
}

/** Signs what `account` registers, with the digest that `registry` asks for now. */
export async function signFor(
  registry: NodeRegistry,
  account: string,
  keys: NodeKeys,
  signer: SigningKey,
): Promise<string> {
  return signer.sign(await registry.registrationDigest(account, keys)).serialized;
}

/** Registers honest keys made of `seed`. */
export async function register(world: World, account: Account, seed: string, changes: Partial<NodeKeys> = {}) {
  const keys = nodeKeys(seed, changes);
  const signature = await signFor(world.registry, account.address, keys, peerKey(seed));
  return as(world, account).registerNode(keys, signature);
}

/** The same signature with the other s, which ecrecover takes and a registry must not. */
export function highS(signature: string): string {
  const order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n;
  const bytes = getBytes(signature);
  const s = order - BigInt(hexlify(bytes.slice(32, 64)));
  const v = bytes[64] === 27 ? 28 : 27;
  return concat([bytes.slice(0, 32), zeroPadValue(`0x${s.toString(16).padStart(64, "0")}`, 32), Uint8Array.of(v)]);
}
