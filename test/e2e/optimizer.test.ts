import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { decodeModel } from "../../node/core/codec.ts";
import { filesBelow } from "./support/folders.ts";
import { openSwarm, type TestSwarm } from "./support/swarm.ts";

/** Four real daemons whose task merges with momentum. The example's first model has the weights alone. */

const ROUNDS = 3;
const WEIGHTS = 30 * 32 + 32 + 32 * 32 + 32 + 32 * 2 + 2;
const python = process.env.PYTHON ?? "python3";
const hasNumpy = spawnSync(python, ["-c", "import numpy"]).status === 0;
let swarm: TestSwarm;
let archive: string;

before(async () => {
  swarm = await openSwarm(ROUNDS, { "merge.optimizer": { type: "momentum", learningRate: 1, momentum: 0.5 } });
  archive = join(swarm.dir, "archive");
  const daemons = await swarm.runAll();
  await Promise.all(daemons.map((daemon) => daemon.until("the task's end", ({ event }) => event === "finished")));
});

after(async () => swarm?.[Symbol.asyncDispose]());

test("the auditor recomputes every round over the network: exit code 0", async () => {
  const { code, json, stderr } = await swarm.swarm("audit", "--home", swarm.at.auditor, "--archive", archive);
  assert.equal(code, 0, stderr);
  assert.equal(json.verdict, "right");
  assert.deepEqual([json.counts.roundsFinalized, json.counts.mergesRecomputed], [ROUNDS, ROUNDS]);
});

test("updates hold the weights, models their state too, which is not 0 any more", async () => {
  const bytes = async (kind: string) =>
    Promise.all((await filesBelow(join(archive, "files", kind))).map((file) => readFile(file)));
  const models = (await bytes("model")).map(decodeModel);
  assert.equal(models.length, ROUNDS + 1);
  assert.ok(models.every(({ values }) => values.length === 2 * WEIGHTS));
  const moved = models.filter(({ values }) => values.subarray(WEIGHTS).some((value) => value !== 0));
  assert.equal(moved.length, ROUNDS);
  for (const update of await bytes("update")) assert.ok(update.length < 4 * WEIGHTS + 4096, `${update.length}`);
});

test("model get leaves the state out where it is asked to", async () => {
  const out = join(swarm.dir, "weights.safetensors");
  const home = swarm.at.clinics[0] as string;
  const { code, json, stderr } = await swarm.swarm(
    "model",
    "get",
    "wdbc",
    "--home",
    home,
    "--out",
    out,
    "--weights-only",
  );
  assert.equal(code, 0, stderr);
  assert.equal(json.weightsOnly, true);
  assert.equal(decodeModel(await readFile(out)).values.length, WEIGHTS);
});

test("another program comes to the same models", { skip: hasNumpy ? false : `${python} has no numpy` }, async () => {
  const shown = await swarm.swarm("task", "show", "wdbc");
  const task = join(swarm.dir, "task.json");
  await writeFile(task, shown.stdout);
  const script = join(import.meta.dirname, "../../examples/recompute/recompute.py");
  const { status, stdout, stderr } = spawnSync(python, ["-B", script, archive, task], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  assert.equal(stdout.match(/as finalized$/gm)?.length, ROUNDS);
});
