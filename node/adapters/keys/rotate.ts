import { randomBytes } from "node:crypto";
import { rename, rm } from "node:fs/promises";
import { SwarmError } from "../../core/errors.ts";
import { peerIdOfKey } from "../../core/peerId.ts";
import { ageIdentitiesIn, encryptionKeyOf, generateAgeIdentity } from "../sealer/ageKeys.ts";
import type { Identity } from "./identity.ts";
import { createKeyFolder, readKeyFile } from "./keyFolder.ts";
import { encodePeerKey } from "./peerKey.ts";
import { encodePublicIdentity, FILES, readPublicIdentity } from "./publicIdentity.ts";
import { createSigner, publicKeyOf } from "./signer.ts";

/** Earlier encryption keys that are kept: files of an open attempt are sealed to the one before, or to one more where registering failed. */
const KEPT_KEYS = 3;

export interface Rotated {
  identity: Identity;
  /** Where the keys of before are now. */
  old: string;
}

/**
 * Gives a node a new libp2p key and a new encryption key; the operator's key stays. What was sealed to the encryption keys of before can
 * still be opened: they follow the new one in its file, as in any file of age identities. The folder of before is moved beside the new
 * one, so that keys of before and after are never mixed, whenever this is broken off. No daemon may use the folder meanwhile.
 * @param identity the open identity of `dir`
 * @throws SwarmError KEY_NOT_A_NODE, KEY_MISSING, KEY_PERMISSIONS
 */
export async function rotateIdentity(dir: string, identity: Identity): Promise<Rotated> {
  const known = await readPublicIdentity(dir);
  if (known.kind !== "node") {
    throw new SwarmError("KEY_NOT_A_NODE", `${dir} holds the key of an account only, which is not exchanged`, {
      path: dir,
    });
  }
  const peerKey = randomBytes(32);
  const publicKey = publicKeyOf(peerKey);
  const age = generateAgeIdentity();
  const changed = { peerId: peerIdOfKey(publicKey), encryptionKey: encryptionKeyOf(age) };
  const ageIdentity = [age, ...ageIdentitiesIn(identity.ageIdentity).slice(0, KEPT_KEYS)].join("\n");
  const privateKey = encodePeerKey(peerKey);
  const fresh = `${dir}-new`;
  // Left by a rotation that was broken off before it counted.
  await rm(fresh, { recursive: true, force: true });
  await createKeyFolder(fresh, {
    [FILES.public]: encodePublicIdentity({ ...known, ...changed }),
    [FILES.operator]: await readKeyFile(dir, FILES.operator),
    [FILES.peer]: `${Buffer.from(privateKey).toString("base64")}\n`,
    [FILES.encryption]: `${ageIdentity}\n`,
  });
  const old = `${dir}-old-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`;
  await rename(dir, old);
  await rename(fresh, dir);
  const { kind, account, operator } = identity;
  const peer = { privateKey, publicKey, signer: createSigner(peerKey) };
  return { identity: { kind, account, operator, peer, ageIdentity, ...changed }, old };
}
