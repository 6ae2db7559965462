import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import type { Result, Running } from "./support/command.ts";
import { filesBelow } from "./support/folders.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** Nodes keep the files of the last two rounds only; an auditor follows the ledger and archives what it checks. */

const ROUNDS = 5;
const KEPT = 2;
let swarm: TestSwarm;
let archive: string;
let following: Running;
let followed: Result;

before(async () => {
  swarm = await openSwarm(ROUNDS, { retainRounds: KEPT });
  archive = join(swarm.dir, "archive");
  following = swarm.startSwarm("audit", "--home", swarm.at.auditor, "--archive", archive, "--follow");
  // A daemon drops a round when two later ones are final: the auditor, who looks at each as it becomes final, is faster.
  const daemons = await swarm.runAll();
  await Promise.all(daemons.map((daemon) => daemon.until("the task's end", ({ event }) => event === "finished")));
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("an audit that follows a live ledger says each round, and at Ctrl-C reports its verdict: exit code 0", async () => {
  await following.saw(new RegExp(`^${ROUNDS} final rounds checked, 0 findings`, "m"));
  following.process.kill("SIGINT");
  followed = await following.ended;
  assert.equal(followed.code, 0, followed.stderr);
  const { json } = followed;
  assert.equal(json.verdict, "right");
  assert.deepEqual([json.counts.roundsFinalized, json.counts.updatesChecked], [ROUNDS, 4 * ROUNDS]);
});

test("R8: nodes dropped what retention does not cover: an audit of them lists it and ends with exit code 3", async () => {
  // The model that the last kept round starts from is kept. Sealed files that the auditor fetched stay in its own store.
  const dropped = { model: ROUNDS - KEPT, update: (ROUNDS - KEPT) * 4 };
  const sources = [
    { source: ["--home", swarm.at.auditor], ...dropped, update: 0 },
    { source: ["--from", ...swarm.at.clinics], ...dropped },
  ];
  for (const { source, update, model } of sources) {
    const { code, json, stderr } = await swarm.swarm("audit", ...source);
    assert.equal(code, 3, stderr);
    assert.deepEqual([json.verdict, json.findings], ["incomplete", []]);
    const missing = (what: RegExp): number =>
      json.unchecked.filter(({ text, file, round }: { text: string; file?: string; round: number }) => {
        return what.test(text) && /^0x[0-9a-f]{64}$/.test(file ?? "") && round <= ROUNDS - KEPT;
      }).length;
    const listed = { update: missing(/^The update of .* is missing/), model: missing(/^Model .* is missing/) };
    assert.deepEqual(listed, { update, model }, stderr);
    assert.match(stderr, /^not checked: /m);
    assert.match(stderr, /verdict: incomplete/);
  }
});

test("the archive has every file, so that an audit of it alone is right: exit code 0", async () => {
  assert.equal((await filesBelow(join(archive, "files/update"))).length, 4 * ROUNDS);
  assert.equal((await filesBelow(join(archive, "files/model"))).length, ROUNDS + 1);
  assert.ok(!(await readdir(archive)).includes("keys"));
  const { code, json, stderr } = await swarm.swarm("audit", "--from", archive);
  assert.equal(code, 0, stderr);
  assert.equal(json.counts.mergesRecomputed, ROUNDS);
});

test("nodes' folders and the archive together are right as well: exit code 0", async () => {
  const { code, stderr } = await swarm.swarm("audit", "--from", ...swarm.at.clinics, archive);
  assert.equal(code, 0, stderr);
});
