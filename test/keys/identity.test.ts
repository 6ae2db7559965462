import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { keys } from "@libp2p/crypto";
import { peerIdFromPrivateKey } from "@libp2p/peer-id";
import { Decrypter, identityToRecipient } from "age-encryption";
import { decryptKeystoreJsonSync, encryptKeystoreJsonSync, getBytes, recoverAddress, Wallet } from "ethers";
import { backupIdentity, restoreIdentity } from "../../node/adapters/keys/backup.ts";
import { createIdentity, type Identity, openIdentity } from "../../node/adapters/keys/identity.ts";
import { openKeystore } from "../../node/adapters/keys/keystore.ts";
import { type PublicIdentity, readPublicIdentity } from "../../node/adapters/keys/publicIdentity.ts";
import { toAgeRecipient } from "../../node/adapters/sealer/ageKeys.ts";
import { SwarmError } from "../../node/core/errors.ts";

const PASSWORD = "correct horse Ａ";
const posix = process.platform !== "win32";
const code = (expected: string) => (error: unknown) => error instanceof SwarmError && error.code === expected;

let parent: string;
let dir: string;
let created: PublicIdentity;
let identity: Identity;

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "keys-"));
  dir = join(parent, "north", "keys");
  created = await createIdentity(dir, PASSWORD);
  identity = await openIdentity(dir, PASSWORD);
});
after(() => rmSync(parent, { recursive: true }));

/** Runs with one file changed, and puts it back. */
async function changed(name: string, change: (text: string) => string, check: () => Promise<void>): Promise<void> {
  const file = join(dir, name);
  const text = readFileSync(file, "utf8");
  writeFileSync(file, change(text));
  await check().finally(() => writeFileSync(file, text));
}

test("a new node has four files that only its owner can read, and opening gives what was created", async () => {
  assert.deepEqual(readdirSync(dir).sort(), ["encryption.key", "identity.json", "operator.json", "peer.key"]);
  assert.deepEqual(readdirSync(join(parent, "north")), ["keys"]);
  if (posix) {
    assert.equal(statSync(dir).mode & 0o777, 0o700);
    for (const name of readdirSync(dir)) assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600, name);
  }
  const { account, peerId, encryptionKey, kind } = identity;
  assert.deepEqual(created, { kind, account, peerId, encryptionKey, created: created.created });
  assert.deepEqual(await readPublicIdentity(dir), created);
});

test("the keys mean the same to ethers, libp2p and age", async () => {
  const keystore = readFileSync(join(dir, "operator.json"), "utf8");
  const opened = decryptKeystoreJsonSync(keystore, PASSWORD);
  assert.equal(opened.address.toLowerCase(), identity.account);
  const privateKey = keys.privateKeyFromProtobuf(identity.peer.privateKey);
  assert.equal(peerIdFromPrivateKey(privateKey).toString(), identity.peerId);
  assert.equal(await identityToRecipient(identity.ageIdentity), toAgeRecipient(identity.encryptionKey));
});

test("a keystore that ethers wrote opens here", async () => {
  const wallet = Wallet.createRandom();
  const { address, privateKey } = wallet;
  const text = encryptKeystoreJsonSync({ address, privateKey }, PASSWORD, { scrypt: { N: 1024, r: 8, p: 1 } });
  assert.deepEqual(await openKeystore(text, PASSWORD, "wallet.json"), getBytes(privateKey));
});

test("both signers sign digests so that the signer can be recovered; anything but 32 bytes is refused", async () => {
  const digest = new Uint8Array(32).fill(7);
  for (const signer of [identity.operator, identity.peer.signer]) {
    const signature = await signer.sign(digest);
    assert.equal(signature.length, 65);
    assert.ok(signature[64] === 27 || signature[64] === 28);
    assert.equal(recoverAddress(digest, `0x${Buffer.from(signature).toString("hex")}`).toLowerCase(), signer.address);
    await assert.rejects(signer.sign(new Uint8Array(31)), code("KEY_DIGEST"));
  }
  assert.equal(identity.operator.address, identity.account);
  assert.notEqual(identity.peer.signer.address, identity.account);
});

test("a wrong password is said to be one", async () => {
  await assert.rejects(openIdentity(dir, "correct horse B"), code("KEY_WRONG_PASSWORD"));
});

test("keys are never overwritten, an empty folder is taken", async () => {
  await assert.rejects(createIdentity(dir, PASSWORD), code("KEY_EXISTS"));
  const empty = join(parent, "empty");
  mkdirSync(empty);
  await createIdentity(empty, PASSWORD, { kind: "account" });
  assert.deepEqual(readdirSync(empty).sort(), ["identity.json", "operator.json"]);
});

test("an account signs, and says so when a node is needed", async () => {
  const account = await openIdentity(join(parent, "empty"), PASSWORD);
  assert.equal(account.kind, "account");
  assert.equal((await account.operator.sign(new Uint8Array(32))).length, 65);
  for (const read of [
    () => account.peer,
    () => account.peerId,
    () => account.ageIdentity,
    () => account.encryptionKey,
  ]) {
    assert.throws(read, code("KEY_NOT_A_NODE"));
  }
});

test("weak passwords make no keys", async () => {
  const none = join(parent, "none");
  for (const weak of ["", "short", "aaaaaaaaaa"])
    await assert.rejects(createIdentity(none, weak), code("KEY_WEAK_PASSWORD"));
  assert.ok(!existsSync(none));
});

test("keys that others can read are refused, with the chmod to type", { skip: !posix }, async () => {
  for (const [path, mode, right] of [
    [dir, 0o750, 0o700],
    [join(dir, "peer.key"), 0o640, 0o600],
  ] as const) {
    chmodSync(path, mode);
    await assert.rejects(
      openIdentity(dir, PASSWORD),
      (error) =>
        code("KEY_PERMISSIONS")(error) && (error as Error).message.endsWith(`chmod ${right.toString(8)} ${path}`),
    );
    chmodSync(path, right);
  }
});

test("damaged, exchanged and missing files are told apart, before any key is used", async () => {
  const rejects = (expected: string) => () => assert.rejects(openIdentity(dir, PASSWORD), code(expected));
  await changed("operator.json", (text) => text.slice(0, 40), rejects("KEY_FORMAT"));
  await changed("operator.json", (text) => text.replace('"n": 131072', '"n": 1073741824'), rejects("KEY_FORMAT"));
  await changed("peer.key", () => "AAAA", rejects("KEY_FORMAT"));
  await changed(
    "peer.key",
    () => Buffer.concat([Buffer.from("08021220", "hex"), Buffer.alloc(32, 9)]).toString("base64"),
    rejects("KEY_MISMATCH"),
  );
  await changed("encryption.key", (text) => text.replace("1", "2"), rejects("KEY_FORMAT"));
  await changed(
    "identity.json",
    (text) => text.replace(identity.account, `0x${"1".repeat(40)}`),
    rejects("KEY_MISMATCH"),
  );
  await changed("identity.json", () => "{}", rejects("KEY_FORMAT"));
  await assert.rejects(openIdentity(join(parent, "nowhere"), PASSWORD), code("KEY_MISSING"));
});

test("a backup restores every file, opens with plain age, and is refused with a wrong password or a changed byte", async () => {
  const file = join(parent, "north.backup");
  await assert.rejects(backupIdentity(dir, "another password", file), code("KEY_WRONG_PASSWORD"));
  await backupIdentity(dir, PASSWORD, file);
  await assert.rejects(backupIdentity(dir, PASSWORD, file), code("KEY_BACKUP_EXISTS"));
  const again = join(parent, "again");
  assert.deepEqual(await restoreIdentity(file, PASSWORD, again), created);
  for (const name of readdirSync(dir))
    assert.equal(readFileSync(join(again, name), "utf8"), readFileSync(join(dir, name), "utf8"));
  await assert.rejects(restoreIdentity(file, PASSWORD, dir), code("KEY_EXISTS"));
  await assert.rejects(restoreIdentity(file, "another password", join(parent, "x")), code("KEY_WRONG_PASSWORD"));
  const bytes = readFileSync(file);
  const decrypter = new Decrypter();
  decrypter.addPassphrase(PASSWORD.normalize("NFKC"));
  assert.match(await decrypter.decrypt(new Uint8Array(bytes), "text"), /"format":"swarm-keys"/);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  writeFileSync(file, bytes);
  await assert.rejects(restoreIdentity(file, PASSWORD, join(parent, "x")), code("KEY_BACKUP_DAMAGED"));
  writeFileSync(file, "hello");
  await assert.rejects(restoreIdentity(file, PASSWORD, join(parent, "x")), code("KEY_BACKUP_DAMAGED"));
  assert.ok(!existsSync(join(parent, "x")));
});
