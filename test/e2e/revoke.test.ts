import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { revoke } from "../../node/cli/commands/licenseAct.ts";
import { readPublicIdentity } from "../../node/adapters/keys/publicIdentity.ts";
import type { Watched } from "./support/daemon.ts";
import { type LogWatch, watchLog } from "./support/log.ts";
import { openSwarm, SHORT_PHASES, type TestSwarm } from "./support/swarm.ts";

/** One of four clinics loses its licence in the middle of a round, and gets it back. n = 4 and f = 1: three are too few to open a round. */

const ROUNDS = 6;
const VICTIM = 3;
let swarm: TestSwarm;
let victim: Watched;
let others: Watched[];
let logs: LogWatch[] = [];
let home: string;
let peerId: string;
let account: `0x${string}`;
let licensor: { home: string; passwordFile: string; network: string; rpc: string };
/** Of the round that was open when the licence ended. */
let lastModel: string;

before(async () => {
  swarm = await openSwarm(ROUNDS, SHORT_PHASES);
  const daemons = await swarm.runAll();
  victim = daemons[VICTIM] as Watched;
  others = daemons.slice(0, VICTIM);
  logs = swarm.at.clinics.slice(0, VICTIM).map((dir) => watchLog(join(dir, "daemon.log")));
  home = swarm.at.clinics[VICTIM] as string;
  account = swarm.clinics[VICTIM] as `0x${string}`;
  licensor = { ...swarm.options, home: swarm.at.licensors[0] as string };
});

after(async () => {
  for (const log of logs) log[Symbol.dispose]();
  await swarm?.[Symbol.asyncDispose]();
});

test("R10: revoked in the middle of a round, every peer hangs up on it at once and lets it in no more", async () => {
  peerId = String((await readPublicIdentity(join(home, "keys"))).peerId);
  await victim.until("round 2", ({ event, round, phase }) => event === "phase" && round === 2 && phase === "submit");
  const connections = logs.map((log) => log.rest().findLast((line) => line.includes(peerId)));
  for (const line of connections) assert.match(line ?? "", /"peer connected"/);
  await swarm.commands.run(Promise.resolve({ run: revoke.run }), licensor, account);
  for (const log of logs) await log.next(new RegExp(`${peerId}.*"peer disconnected"`));
});

test("R10: the open round ends among the three; then the task waits, and status says for whom", async () => {
  for (const log of logs) await log.next(/"level":"info".*waiting: 4 licensed members are needed/);
  const { code, json, stderr } = await swarm.swarm("status");
  assert.equal(code, 0);
  const [task] = json.tasks;
  assert.equal(task.state, "waiting");
  assert.match(stderr, /Waiting for 1 more member: 4 must be licensed, registered and joined, 3 are; .*\(revoked\)/);
  assert.ok(stderr.includes(account.slice(0, 6)), stderr);
  const finals = others.map(({ events }) => events.findLast(({ event }) => event === "round"));
  lastModel = String(finals[0]?.modelHash);
  assert.equal(task.model, lastModel);
  assert.equal(new Set(finals.map((it) => it?.modelHash)).size, 1);
});

test("R5: the revoked node reads nothing any more: the model of the round that it did not see the end of stays out of its reach", async () => {
  // It sees them as its peers as before and has tried to get back in: nobody let it.
  await victim.stop();
  for (const dir of swarm.at.clinics.slice(0, VICTIM)) {
    const lines = (await readFile(join(dir, "daemon.log"), "utf8")).split("\n");
    assert.match(lines.findLast((line) => line.includes(peerId)) ?? "", /"peer disconnected"/);
  }
  const out = join(swarm.dir, "stolen.safetensors");
  const lacks = await swarm.swarm("model", "get", "wdbc", "--home", home, "--out", out, "--round", "2");
  assert.equal(lacks.code, 1, lacks.stdout);
  assert.match(lacks.json.error.code, /^(MODEL_NOT_FOUND|AUDIT_UNREACHABLE)$/);
});

test("licensed again it is a member as before; the task goes on and ends, with its updates", async () => {
  const grant = import("../../node/cli/commands/licenseGrant.ts");
  await swarm.commands.run(grant, licensor, account);
  const back = swarm.run(VICTIM);
  const daemons = [...others, back];
  const ends = await Promise.all(daemons.map((it) => it.until("the task's end", ({ event }) => event === "finished")));
  assert.equal(new Set(ends.map(({ modelHash }) => modelHash)).size, 1);
  const included = back.events.flatMap(({ event, included }) => (event === "round" ? (included as string[]) : []));
  assert.ok(included.includes(account));
});

test("the audit of all of it is right: exit code 0", async () => {
  const { code, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor);
  assert.equal(code, 0, stderr);
});
