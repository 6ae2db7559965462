import { createPrivateKey, createPublicKey, diffieHellman, generateKeyPairSync, type KeyObject } from "node:crypto";
import { SwarmError } from "../../core/errors.ts";
import type { EncryptionKey } from "../../core/primitives.ts";
import { decodeBech32, encodeBech32 } from "./bech32.ts";

/** DER in front of a raw X25519 key (RFC 8410), private and public. */
const PRIVATE_HEADER = Buffer.from("302e020100300506032b656e04220420", "hex");
const PUBLIC_HEADER = Buffer.from("302a300506032b656e032100", "hex");
const KEY_LENGTH = 32;

function publicKeyObject(key: EncryptionKey): KeyObject {
  const raw = Buffer.from(key.slice(2), "hex");
  return createPublicKey({ key: Buffer.concat([PUBLIC_HEADER, raw]), format: "der", type: "spki" });
}

function publicHex(key: KeyObject): EncryptionKey {
  return `0x${key.export({ format: "der", type: "spki" }).subarray(PUBLIC_HEADER.length).toString("hex")}`;
}

/** A new age identity (`AGE-SECRET-KEY-1...`, a secret) from the system's randomness. */
export function generateAgeIdentity(): string {
  const { privateKey } = generateKeyPairSync("x25519");
  const raw = privateKey.export({ format: "der", type: "pkcs8" }).subarray(PRIVATE_HEADER.length);
  return encodeBech32("age-secret-key-", raw).toUpperCase();
}

/** @throws SwarmError KEY_FORMAT if the text is no age X25519 identity */
export function parseAgeIdentity(identity: string): { privateKey: KeyObject; publicKey: EncryptionKey } {
  const raw = decodeBech32("age-secret-key-", identity.trim());
  if (raw.length !== KEY_LENGTH) {
    throw new SwarmError("KEY_FORMAT", "An age identity has 32 bytes: this key is of another kind");
  }
  const privateKey = createPrivateKey({ key: Buffer.concat([PRIVATE_HEADER, raw]), format: "der", type: "pkcs8" });
  return { privateKey, publicKey: publicHex(createPublicKey(privateKey)) };
}

/** The identities of an age identity file: the present one, then those of before. */
export function ageIdentitiesIn(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** The public key that goes into the registry for an age identity. */
export function encryptionKeyOf(identity: string): EncryptionKey {
  return parseAgeIdentity(identity).publicKey;
}

/** The recipient (`age1...`) that `age -r` takes for a key. */
export function toAgeRecipient(key: EncryptionKey): string {
  return encodeBech32("age", Buffer.from(key.slice(2), "hex"));
}

/** @throws SwarmError KEY_FORMAT */
export function fromAgeRecipient(recipient: string): EncryptionKey {
  const raw = decodeBech32("age", recipient);
  if (raw.length !== KEY_LENGTH) {
    throw new SwarmError("KEY_FORMAT", `"${recipient}" has ${raw.length} bytes, an X25519 recipient has 32`);
  }
  return `0x${Buffer.from(raw).toString("hex")}`;
}

/**
 * Whether files can be sealed to a key: 32 bytes and no point of low order. Every such point gives the same shared secret, zero,
 * with every private key, and OpenSSL refuses that; so one trial agreement with any key tells.
 */
export function isUsableKey(key: EncryptionKey, trial: KeyObject): boolean {
  if (!/^0x[0-9a-f]{64}$/.test(key)) return false;
  try {
    return diffieHellman({ privateKey: trial, publicKey: publicKeyObject(key) }).some((byte) => byte !== 0);
  } catch {
    return false;
  }
}
