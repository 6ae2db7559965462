import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setInNodeFile } from "../../node/adapters/taskfile/nodeFile.ts";
import { pytorch } from "../trainers/support/python.ts";
import { fakeCommand } from "../trainers/support/trainer.ts";
import type { Watched } from "./support/daemon.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/**
 * Four real daemons of one task: two train with the built-in engine, one with a trainer in plain JavaScript, and one with PyTorch, where there
 * is one.
 */

const ROUNDS = 3;
const torch = pytorch();
let swarm: TestSwarm;
let daemons: Watched[];

before(async () => {
  swarm = await openSwarm(ROUNDS, { "training.validationSplit": 0.2 }, { patienceMs: 240_000 });
  const trainers = [undefined, undefined, fakeCommand(), torch.skip === false ? torch.command : undefined];
  for (const [i, command] of trainers.entries()) {
    if (command === undefined) continue;
    const trainer = { command, maxMemoryMiB: 2048 };
    await setInNodeFile(join(swarm.at.clinics[i] as string, "node.yaml"), { trainer });
  }
  daemons = await swarm.runAll();
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("every daemon finishes all rounds, with one model hash, from the updates of all", async () => {
  const finished = await Promise.all(
    daemons.map((daemon) => daemon.until("the task's end", ({ event }) => event === "finished")),
  );
  assert.equal(new Set(finished.map(({ modelHash }) => modelHash)).size, 1);
  for (const daemon of daemons) {
    const rounds = daemon.events.filter(({ event }) => event === "round");
    assert.equal(rounds.length, ROUNDS);
    for (const { included } of rounds) assert.deepEqual([...(included as string[])].sort(), [...swarm.clinics].sort());
  }
});

test("each says what it trains with, and a trainer's says how it is kept apart", async () => {
  const [tfjs, , fake, last] = await Promise.all(
    daemons.map((daemon) => daemon.until("ready", ({ event }) => event === "ready")),
  );
  assert.match(String(tfjs?.["engine"]), /^tfjs-wasm /);
  assert.equal(tfjs?.["protections"], undefined);
  assert.equal(fake?.["engine"], "fake 1.0");
  assert.deepEqual(Object.keys(fake?.["protections"] ?? {}).length, 4);
  if (torch.skip === false) assert.match(String(last?.["engine"]), /^pytorch \d/);
});

test("the auditor recomputes every round: exit code 0", async () => {
  const { code, json, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor);
  assert.equal(code, 0, stderr);
  assert.equal(json.counts.mergesRecomputed, ROUNDS);
});

test("stopped, they leave no trainer and no folder of it", async () => {
  const homes = swarm.at.clinics;
  assert.ok(existsSync(join(homes[2] as string, "trainer", "task.json")));
  await Promise.all(daemons.map((daemon) => daemon.stop()));
  for (const daemon of daemons) assert.deepEqual(await daemon.exited, { code: 0, signal: null });
  for (const home of homes) assert.ok(!existsSync(join(home, "trainer")));
});

test("a trainer that cannot start keeps the daemon from running, and the error says why", async () => {
  const home = swarm.at.clinics[0] as string;
  const run = (command: string) => swarm.swarm("node", "run", "--home", home, "--trainer", command);
  const missing = await run("no-such-program-anywhere");
  assert.deepEqual([missing.code, missing.json.error.code], [2, "TRAINER_COMMAND"], missing.stderr);
  const broken = await run(fakeCommand("exit-at-start"));
  assert.deepEqual([broken.code, broken.json.error.code], [1, "TRAINER_CRASHED"], broken.stderr);
  assert.match(broken.json.error.message, /there is no such framework here/);
});

test("PyTorch was among them", { skip: torch.skip }, async () => {
  const ready = await (daemons[3] as Watched).until("ready", ({ event }) => event === "ready");
  assert.match(String(ready["engine"]), /^pytorch /);
});
