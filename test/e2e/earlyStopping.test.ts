import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeModel } from "../../node/core/codec.ts";
import { sha256 } from "../../node/core/hash.ts";
import type { DaemonEvent } from "../../node/cli/local/daemons.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** R11: four real daemons of a task that stops early, with a learning rate that falls and inputs normalized by statistics that they agree on. */

const ROUNDS = 40;
let swarm: TestSwarm;
let ends: DaemonEvent[];
let exits: (number | null)[];

before(async () => {
  const changes = {
    evaluations: true,
    "training.validationSplit": 0.25,
    "training.learningRateSchedule": { type: "cosine", warmupRounds: 1 },
    "training.earlyStopping": { patience: 2 },
    "data.normalize": { agreed: { low: -5, high: 15 } },
  };
  // The example's first model has no statistics.
  swarm = await openSwarm(ROUNDS, changes, { seeded: true });
  const daemons = await swarm.runAll(["--once"]);
  ends = await Promise.all(daemons.map((it) => it.until("the task's end", ({ event }) => event === "finished")));
  exits = await Promise.all(daemons.map(async ({ exited }) => (await exited).code));
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("all stop after the same round with the same model, and end by themselves with exit code 0", () => {
  assert.deepEqual(exits, [0, 0, 0, 0]);
  const facts = ends.map(({ rounds, modelHash, stoppedEarly }) => ({ rounds, modelHash, stoppedEarly }));
  for (const each of facts) assert.deepEqual(each, facts[0]);
  const { rounds, stoppedEarly } = facts[0] as { rounds: number; stoppedEarly: { best: number; stale: number } };
  assert.ok(rounds > 2 && rounds < ROUNDS, `after round ${rounds}`);
  assert.deepEqual(stoppedEarly, { best: rounds - 2, stale: 2 });
});

test("status says the same, and the ledger alone would say that a round is open", async () => {
  const { json, code } = await swarm.swarm("status");
  assert.equal(code, 0);
  const [task] = json.tasks;
  const { best, stoppedAfter } = task.stopping;
  assert.deepEqual([task.state, task.waiting, stoppedAfter], ["stopped", null, ends[0]?.rounds]);
  const { best: expected } = (ends[0] as DaemonEvent).stoppedEarly as { best: number };
  assert.equal(best.round, expected);
  const list = await swarm.swarm("task", "list");
  assert.equal(list.json.tasks[0].state, "stopped");
});

test("the best model can be written to a file", async () => {
  const out = join(swarm.dir, "best.safetensors");
  const home = swarm.at.clinics[1] as string;
  const { code, stderr } = await swarm.swarm("model", "get", "wdbc", "--home", home, "--round", "best", "--out", out);
  assert.equal(code, 0, stderr);
  const bytes = await readFile(out);
  assert.equal(sha256(bytes), ends[0]?.modelHash);
  const { specs } = decodeModel(bytes);
  assert.deepEqual(
    specs.slice(-2).map(({ name }) => name),
    ["normalize.mean", "normalize.square"],
  );
});

test("the audit says where it stopped: exit code 0", async () => {
  const { code, json, stderr } = await swarm.swarm("audit", "--from", ...swarm.at.clinics);
  assert.equal(code, 0, stderr + JSON.stringify(json.findings));
  const [stopped, ...others] = json.stopped;
  assert.deepEqual(others, []);
  assert.deepEqual(
    [stopped.task, stopped.after, stopped.best.model],
    [swarm.taskId, ends[0]?.rounds, ends[0]?.modelHash],
  );
});
