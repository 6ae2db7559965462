import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { backupIdentity, restoreIdentity } from "../../node/adapters/keys/backup.ts";
import { createIdentity, type Identity, openIdentity } from "../../node/adapters/keys/identity.ts";
import { rotateIdentity } from "../../node/adapters/keys/rotate.ts";
import { createSealer } from "../../node/adapters/sealer/createSealer.ts";

const PASSWORD = "correct horse battery";
const FILE = new TextEncoder().encode("an update of an open attempt");
const LIMIT = { maxBytes: 1_000 };

let parent: string, dir: string, old: string;
let first: Identity, second: Identity;

before(async () => {
  parent = mkdtempSync(join(tmpdir(), "rotate-"));
  dir = join(parent, "keys");
  await createIdentity(dir, PASSWORD);
  first = await openIdentity(dir, PASSWORD);
  ({ identity: second, old } = await rotateIdentity(dir, first));
});
after(() => rmSync(parent, { recursive: true }));

test("a rotation gives a new peer id and encryption key to the same account, and opening the folder gives them", async () => {
  assert.equal(second.account, first.account);
  assert.notEqual(second.peerId, first.peerId);
  assert.notEqual(second.encryptionKey, first.encryptionKey);
  const opened = await openIdentity(dir, PASSWORD);
  const shown = ({ peerId, encryptionKey, ageIdentity, peer: { privateKey, publicKey, signer } }: Identity) => ({
    peerId,
    encryptionKey,
    ageIdentity,
    privateKey,
    publicKey,
    signer: signer.address,
  });
  assert.deepEqual(shown(opened), shown(second));
});

test("what was sealed to the key of before can still be opened; sealing names the new one", async () => {
  const { sealed } = await createSealer(first.ageIdentity).seal(FILE, [first.encryptionKey]);
  const sealer = createSealer(second.ageIdentity);
  assert.deepEqual(new Uint8Array(await sealer.open(sealed, LIMIT)), FILE);
  assert.equal(sealer.publicKey, second.encryptionKey);
  const forNew = await sealer.seal(FILE, [second.encryptionKey]);
  assert.deepEqual(new Uint8Array(await sealer.open(forNew.sealed, LIMIT)), FILE);
  await assert.rejects(createSealer(first.ageIdentity).open(forNew.sealed, LIMIT), { code: "SEAL_NOT_RECIPIENT" });
});

test("the folder of before is kept beside, whole and private", async () => {
  assert.equal(dirname(old), parent);
  assert.equal((await openIdentity(old, PASSWORD)).peerId, first.peerId);
  if (process.platform !== "win32") {
    assert.equal(statSync(dir).mode & 0o777, 0o700);
    for (const name of readdirSync(dir)) assert.equal(statSync(join(dir, name)).mode & 0o777, 0o600, name);
  }
  assert.ok(!existsSync(`${dir}-new`));
});

test("a backup brings the keys of before along", async () => {
  const file = join(parent, "keys.age");
  await backupIdentity(dir, PASSWORD, file);
  await restoreIdentity(file, PASSWORD, join(parent, "again"));
  assert.equal((await openIdentity(join(parent, "again"), PASSWORD)).ageIdentity, second.ageIdentity);
});

test("only the last few keys of before are kept", async () => {
  let identity = second;
  for (let i = 0; i < 4; i++) ({ identity } = await rotateIdentity(dir, identity));
  const { sealed } = await createSealer(second.ageIdentity).seal(FILE, [first.encryptionKey]);
  await assert.rejects(createSealer(identity.ageIdentity).open(sealed, LIMIT), { code: "SEAL_NOT_RECIPIENT" });
});

test("an account's keys are not exchanged: it has only the one that licences are granted with", async () => {
  const account = join(parent, "account");
  await createIdentity(account, PASSWORD, { kind: "account" });
  await assert.rejects(rotateIdentity(account, await openIdentity(account, PASSWORD)), { code: "KEY_NOT_A_NODE" });
});
