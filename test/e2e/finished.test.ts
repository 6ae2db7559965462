import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { Decrypter } from "age-encryption";
import { decodeModel, decodeUpdate, encodeModel } from "../../node/core/codec.ts";
import { sha256 } from "../../node/core/hash.ts";
import { mergeModel } from "../../node/core/merge/merge.ts";
import { anyFile, copies, damage, filesBelow } from "./support/folders.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";
import type { Watched } from "./support/daemon.ts";

/** Four daemons train a few rounds; then auditors and operators look at what they left. */

const ROUNDS = 4;
let swarm: TestSwarm;
let daemons: Watched[];
let model: string;

before(async () => {
  swarm = await openSwarm(ROUNDS);
  daemons = await swarm.runAll();
  await Promise.all(daemons.map((daemon) => daemon.until("the task's end", ({ event }) => event === "finished")));
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("R6: all four report the same model in every round, with all four updates in it", () => {
  for (let round = 1; round <= ROUNDS; round++) {
    const records = daemons.map(({ events }) => events.find((it) => it.event === "round" && it.round === round));
    assert.equal(new Set(records.map((record) => record?.modelHash)).size, 1, `round ${round}`);
    for (const record of records) assert.deepEqual(record?.included, swarm.clinics);
    model = String(records[0]?.modelHash);
  }
  for (const { events } of daemons) assert.equal(events.findLast((it) => it.event === "finished")?.modelHash, model);
});

test("the auditor, over the network, checks every update and every merge: exit code 0", async () => {
  const { code, json, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor);
  assert.equal(code, 0, stderr);
  assert.equal(json.verdict, "right");
  const { roundsFinalized, updatesChecked, mergesRecomputed, tasks } = json.counts;
  assert.deepEqual({ roundsFinalized, updatesChecked, mergesRecomputed, tasks }, counts());
  assert.deepEqual([json.findings, json.unchecked], [[], []]);
});

test("the same out of the four folders, while their daemons run: exit code 0", async () => {
  const { code, json, stderr } = await swarm.swarm("audit", "--from", ...swarm.at.clinics);
  assert.equal(code, 0, stderr);
  const { roundsFinalized, updatesChecked, mergesRecomputed, tasks } = json.counts;
  assert.deepEqual({ roundsFinalized, updatesChecked, mergesRecomputed, tasks }, counts());
  // Four copies of each update and model, and of the first model.
  assert.equal(json.counts.files, 4 * (5 * ROUNDS + 1));
  assert.ok(json.storedBlocks >= 4 * ROUNDS);
});

test("two running nodes, asked by name, each for its own copies: exit code 0; folders and names together: exit code 2", async () => {
  const named = swarm.clinics.slice(1, 3);
  const { code, json, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor, "--from", ...named);
  assert.equal(code, 0, stderr);
  assert.deepEqual([json.counts.sources, json.counts.files], [2, 2 * (5 * ROUNDS + 1)]);
  const mixed = [...named, swarm.at.clinics[0] as string];
  assert.equal((await swarm.swarm("audit", "--home", swarm.at.auditor, "--from", ...mixed)).code, 2);
});

test("what task show tells of each round is all that its merge went by", async () => {
  const { code, json, stderr } = await swarm.swarm("task", "show", swarm.taskId);
  assert.equal(code, 0, stderr);
  assert.equal(json.rounds.length, ROUNDS);
  const disk = join(swarm.at.clinics[0] as string, "files");
  const read = (kind: string, hash: string) => readFile(join(disk, kind, hash.slice(2, 4), hash.slice(2)));
  for (const { base, seed, updates, modelHash } of json.rounds) {
    const contributions = [];
    for (const { member, weight, sha256: hash } of updates)
      contributions.push({ member, weight, delta: decodeUpdate(await read("update", hash)).delta });
    const { merge, round } = json.document;
    const weights = mergeModel(decodeModel(await read("model", base)), contributions, merge, { f: round.f, seed });
    assert.equal(sha256(encodeModel(weights)), modelHash);
  }
  assert.equal(json.rounds.at(-1).modelHash, model);
});

const counts = () => ({
  roundsFinalized: ROUNDS,
  updatesChecked: 4 * ROUNDS,
  mergesRecomputed: ROUNDS,
  tasks: 1,
});

for (const kind of ["update", "model"] as const) {
  test(`one changed bit in one clinic's ${kind} file: exit code 1, the file is named, the others' copies are right`, async () => {
    await using copy = await copies(swarm.at.clinics);
    const file = await anyFile(join(copy.dirs[1] as string, "files", kind));
    await damage(file);
    const { code, json, stderr } = await swarm.swarm("audit", "--from", ...copy.dirs);
    assert.equal(code, 1, stderr);
    assert.deepEqual(
      json.findings.map(({ code, severity, source }: Record<string, string>) => ({ code, severity, source })),
      [{ code: "FILE_DAMAGED", severity: "wrong", source: file }],
    );
    assert.match(stderr, new RegExp(`WRONG  FILE_DAMAGED: ${file}`));
  });
}

test("one changed bit in a stored block of a sealed file: exit code 1, the block is named", async () => {
  await using copy = await copies(swarm.at.clinics.slice(2, 3));
  const block = await anyFile(join(copy.dirs[0] as string, "ipfs/blocks"), ".data");
  await damage(block);
  const { code, json, stderr } = await swarm.swarm("audit", "--from", ...copy.dirs);
  assert.equal(code, 1, stderr);
  assert.deepEqual(
    json.findings.map(({ source }: { source: string }) => source),
    [block],
  );
});

test("an update that nobody has any more, within retention: exit code 1; that another has: exit code 0", async () => {
  await using copy = await copies(swarm.at.clinics.slice(0, 2));
  const file = await anyFile(join(copy.dirs[0] as string, "files/update"));
  await rm(file);
  const alone = await swarm.swarm("audit", "--from", copy.dirs[0] as string);
  assert.equal(alone.code, 1, alone.stderr);
  const missing = alone.json.findings.filter(({ severity }: { severity: string }) => severity === "wrong");
  assert.deepEqual(
    missing.map(({ code, file }: { code: string; file: string }) => [code, file]),
    [["FILE_MISSING", hashIn(file)]],
  );
  assert.equal((await swarm.swarm("audit", "--from", ...copy.dirs)).code, 0);
});

test("a good folder beside a bad one hides nothing: exit code 1, and only the bad one is named", async () => {
  await using copy = await copies(swarm.at.clinics.slice(0, 2));
  const [good, bad] = copy.dirs as [string, string];
  const file = (await filesBelow(join(bad, "files/model"))).at(-1) as string;
  await damage(file);
  for (const order of [
    [good, bad],
    [bad, good],
  ]) {
    const { code, stderr } = await swarm.swarm("audit", "--from", ...order);
    assert.equal(code, 1, stderr);
    const findings = stderr.split("\n").filter((line) => line.startsWith("WRONG "));
    assert.equal(findings.length, 1);
    assert.ok(findings[0]?.includes(file) && !findings[0].includes(good));
  }
  assert.equal((await swarm.swarm("audit", "--from", good)).code, 0);
});

test("a folder that is none: exit code 2, and its name", async () => {
  const { code, json } = await swarm.swarm("audit", "--from", join(swarm.dir, "clinic-9"));
  assert.deepEqual([code, json.error.code], [2, "DISK_ABSENT"]);
  assert.match(json.error.message, /clinic-9/);
});

test("a folder without a node's files, as a licensor's, accuses nobody: exit code 2; of a clinic's alone, what it lacks is with none of those named", async () => {
  const none = await swarm.swarm("audit", "--from", swarm.at.auditor);
  assert.deepEqual([none.code, none.json.error.code], [2, "AUDIT_FOLDER_EMPTY"]);
  await using copy = await copies(swarm.at.clinics.slice(0, 1));
  await rm(await anyFile(join(copy.dirs[0] as string, "files/update")));
  const { json } = await swarm.swarm("audit", "--from", copy.dirs[0] as string);
  assert.match(json.findings[0].text, /is missing: none of the folders named with --from has file 0x/);
});

test("model get writes the ledger's model, beside the running daemon and from members by who lacks it", async () => {
  for (const home of [swarm.at.clinics[0] as string, swarm.at.auditor]) {
    const out = join(swarm.dir, "got.safetensors");
    const { code, json, stderr } = await swarm.swarm("model", "get", "wdbc", "--home", home, "--out", out);
    assert.equal(code, 0, stderr);
    const bytes = await readFile(out);
    assert.deepEqual([json.sha256, sha256(bytes), json.round], [model, model, ROUNDS]);
    assert.equal(decodeModel(bytes).values.length, 30 * 32 + 32 + 32 * 32 + 32 + 32 * 2 + 2);
  }
});

test("a second daemon in the same folder stops with DISK_LOCKED; the first goes on", async () => {
  const { code, json } = await swarm.swarm("node", "run", "--home", swarm.at.clinics[0] as string);
  assert.deepEqual([code, json.error.code], [1, "DISK_LOCKED"]);
  assert.match(json.error.message, new RegExp(`process ${daemons[0]?.process.pid}`));
  assert.equal(daemons[0]?.process.exitCode, null);
  const got = await swarm.swarm("model", "get", "wdbc", "--home", swarm.at.auditor, "--out", join(swarm.dir, "x"));
  assert.equal(got.code, 0, "it still serves");
});

test("R5: a sealed file opens with the key in a member's keys/encryption.key, by age alone", async () => {
  const [daemon] = daemons as [Watched];
  await daemon.stop();
  const home = swarm.at.clinics[0] as string;
  const opener = new Decrypter();
  opener.addIdentity((await readFile(join(home, "keys/encryption.key"), "utf8")).trim());
  const updates = new Set((await filesBelow(join(home, "files/update"))).map(hashIn));
  const blocks = await filesBelow(join(home, "ipfs/blocks"), ".data");
  const sealed = [];
  for (const block of blocks) {
    const bytes = await readFile(block);
    if (bytes.subarray(0, 22).toString() === "age-encryption.org/v1\n") sealed.push(bytes);
  }
  assert.ok(sealed.length >= ROUNDS);
  const opened = await Promise.all(sealed.map((bytes) => opener.decrypt(bytes)));
  assert.ok(opened.some((bytes) => updates.has(sha256(bytes))));
});

test("model publish prints a CID of the sealed model", async () => {
  const home = swarm.at.clinics[0] as string;
  const { code, json, stderr } = await swarm.swarm("model", "publish", "wdbc", "--home", home);
  assert.equal(code, 0, stderr);
  assert.match(json.cid, /^baf/);
  assert.deepEqual([json.sha256, json.recipients, json.unusable.length], [model, 5, 0]);
});

test("with all daemons stopped an audit ends in seconds, with no verdict: exit code 1; Ctrl-C before says how far it was: exit code 130", async () => {
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  const interrupted = swarm.startSwarm("audit", "--home", swarm.at.auditor, "--verbose");
  await interrupted.saw(/could not be dialled/);
  interrupted.process.kill("SIGINT");
  const { code, stderr } = await interrupted.ended;
  assert.equal(code, 130, stderr);
  assert.match(stderr, /stopped without a verdict: 0 of 4 nodes answer/);
  const alone = await swarm.swarm("audit", "--home", swarm.at.auditor);
  assert.deepEqual([alone.code, alone.json.error.code], [1, "AUDIT_UNREACHABLE"]);
});

const hashIn = (file: string): string => `0x${file.split("/").at(-1)}`;
