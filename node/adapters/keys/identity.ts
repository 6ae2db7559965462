import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { peerIdOfKey } from "../../core/peerId.ts";
import type { Address, EncryptionKey, PeerId } from "../../core/primitives.ts";
import type { Signer } from "../../ports/signer.ts";
import { ageIdentitiesIn, encryptionKeyOf, generateAgeIdentity } from "../sealer/ageKeys.ts";
import { createKeyFolder, readKeyFile } from "./keyFolder.ts";
import { openKeystore, sealKeystore } from "./keystore.ts";
import { requireGoodPassword } from "./password.ts";
import { decodePeerKey, encodePeerKey } from "./peerKey.ts";
import {
  encodePublicIdentity,
  FILES,
  type IdentityKind,
  type PublicIdentity,
  readPublicIdentity,
} from "./publicIdentity.ts";
import { addressOf, createSigner, publicKeyOf } from "./signer.ts";

export interface PeerKeys {
  /** libp2p's protobuf of the secp256k1 private key, 36 bytes: a secret. */
  readonly privateKey: Uint8Array;
  /** Uncompressed public key, x and y, 64 bytes. */
  readonly publicKey: Uint8Array;
  /** Signs the registration's EIP-712 digest. */
  readonly signer: Signer;
}

/** An unlocked identity. What only nodes have throws KEY_NOT_A_NODE for an account. */
export interface Identity {
  readonly kind: IdentityKind;
  readonly account: Address;
  readonly operator: Signer;
  readonly peerId: PeerId;
  readonly peer: PeerKeys;
  /** `AGE-SECRET-KEY-1...`, and on further lines those of before a rotation: secrets. */
  readonly ageIdentity: string;
  readonly encryptionKey: EncryptionKey;
}

/**
 * Makes new keys in `dir`: operator.json (keystore under the password), peer.key, encryption.key, identity.json.
 * @returns what may be shown
 * @throws SwarmError KEY_EXISTS, KEY_WEAK_PASSWORD
 */
export async function createIdentity(
  dir: string,
  password: string,
  { kind = "node" }: { kind?: IdentityKind } = {},
): Promise<PublicIdentity> {
  requireGoodPassword(password);
  const operatorKey = randomBytes(32);
  const base = { account: addressOf(operatorKey), created: new Date().toISOString() };
  const keystore = await sealKeystore(operatorKey, password);
  if (kind === "account") {
    const identity: PublicIdentity = { kind, ...base };
    await createKeyFolder(dir, { [FILES.public]: encodePublicIdentity(identity), [FILES.operator]: keystore });
    return identity;
  }
  const peerKey = randomBytes(32);
  const age = generateAgeIdentity();
  const identity: PublicIdentity = {
    kind,
    ...base,
    peerId: peerIdOfKey(publicKeyOf(peerKey)),
    encryptionKey: encryptionKeyOf(age),
  };
  await createKeyFolder(dir, {
    [FILES.public]: encodePublicIdentity(identity),
    [FILES.operator]: keystore,
    [FILES.peer]: `${Buffer.from(encodePeerKey(peerKey)).toString("base64")}\n`,
    [FILES.encryption]: `${age}\n`,
  });
  return identity;
}

function accountOnly(dir: string, account: Address, operator: Signer): Identity {
  const missing = (): never => {
    throw new SwarmError("KEY_NOT_A_NODE", `${dir} holds the key of an account only: use a node's folder here`, {
      path: dir,
    });
  };
  return {
    kind: "account",
    account,
    operator,
    get peerId() {
      return missing();
    },
    get peer() {
      return missing();
    },
    get ageIdentity() {
      return missing();
    },
    get encryptionKey() {
      return missing();
    },
  };
}

/**
 * Unlocks the keys in `dir`, and checks that they are those identity.json names.
 * @throws SwarmError KEY_WRONG_PASSWORD, KEY_PERMISSIONS, KEY_MISSING, KEY_FORMAT, KEY_MISMATCH
 */
export async function openIdentity(dir: string, password: string): Promise<Identity> {
  const known = await readPublicIdentity(dir);
  const path = (name: string): string => join(dir, name);
  const same = (file: string, found: string, expected: string | undefined): void => {
    if (found === expected) return;
    throw new SwarmError(
      "KEY_MISMATCH",
      `${path(file)} is the key of ${found}, but ${FILES.public} names ${expected}: restore the folder from a backup`,
      { path: path(file), found, expected },
    );
  };
  const read = (name: string): Promise<string> => readKeyFile(dir, name);
  const isNode = known.kind === "node";
  // All files are looked at before half a second of scrypt.
  const [keystore, peerText, ageText] = await Promise.all([
    read(FILES.operator),
    isNode ? read(FILES.peer) : "",
    isNode ? read(FILES.encryption) : "",
  ]);
  const operator = createSigner(await openKeystore(keystore, password, path(FILES.operator)));
  same(FILES.operator, operator.address, known.account);
  if (!isNode) return accountOnly(dir, known.account, operator);
  const privateKey = new Uint8Array(Buffer.from(peerText, "base64"));
  const peerKey = decodePeerKey(privateKey, path(FILES.peer));
  const publicKey = publicKeyOf(peerKey);
  const peerId = peerIdOfKey(publicKey);
  same(FILES.peer, peerId, known.peerId);
  const ageIdentity = ageText.trim();
  const encryptionKey = encryptionKeyOf(ageIdentitiesIn(ageIdentity)[0] ?? "");
  same(FILES.encryption, encryptionKey, known.encryptionKey);
  return {
    kind: "node",
    account: known.account,
    operator,
    peerId,
    peer: { privateKey, publicKey, signer: createSigner(peerKey) },
    ageIdentity,
    encryptionKey,
  };
}
