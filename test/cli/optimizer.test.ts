import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { encodeModel, encodeWeights } from "../../node/core/codec.ts";
import { sha256 } from "../../node/core/hash.ts";
import { firstModel, initialWeights } from "../../node/core/task/initialModel.ts";
import type { Tensors } from "../../node/core/weights.ts";
import { asModel } from "../../node/core/weights/model.ts";
import { taskDocument } from "../task/fixture.ts";
import { writeRows, writeTask } from "./support/files.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

/** What commands do with the state of a merge's optimizer, which models hold beside their weights. */

const merge = { rule: "mean", optimizer: { type: "adam" } } as const;
const document = taskDocument({ name: "stepped", merge });
const weights = initialWeights(document, 5);
const whole = firstModel(document, weights);
const { specs } = whole;
const wholeHash = sha256(encodeModel(whole));
const check = (model: string) => `task create adam.yaml --check --model ${model}.safetensors`;

let desk: Desk;
const { run, json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
  await writeTask(desk.dir, "task.yaml");
  await writeTask(desk.dir, "adam.yaml", { name: "stepped", merge });
  const write = (name: string, tensors: Tensors) => writeFile(join(desk.dir, name), encodeModel(asModel(tensors)));
  await write("weights.safetensors", weights);
  await write("whole.safetensors", whole);
  await write("half.safetensors", { specs: specs.slice(0, -1), values: whole.values.slice(0, -8) });
  const other = specs.map(({ name, shape }) => ({ name: name.replace("~second.", "~third."), shape }));
  await write("other.safetensors", { specs: other, values: whole.values });
  await write("negative.safetensors", { specs, values: whole.values.with(whole.values.length - 1, -1) });
  await write("short.safetensors", { specs: weights.specs.slice(1), values: weights.values.slice(4) });
});

after(async () => desk[Symbol.asyncDispose]());

test("a first model is taken with all of its tensors or with the weights alone; anything else is refused with the tensor", async () => {
  for (const [model, says] of [
    ["half", /lacks ~second\.1\.dense\.kernel \[4, 2\]$/],
    ["other", /has ~third\.0\.dense\.bias \[4\], which the task has not/],
    ["negative", /has negative values in ~second\.1\.dense\.kernel/],
    ["short", /^\S+ is no model of this task:\n {2}lacks 0\.dense\.bias \[4\]$/],
  ] as const)
    assert.match(await refused(check(model), 2, "TASK_MODEL_MISFIT"), says);
  assert.match(
    await refused("task create task.yaml --check --model whole.safetensors", 2, "TASK_MODEL_MISFIT"),
    /has ~first\.0\.dense\.bias \[4\], which the task has not/,
  );
  for (const model of ["whole", "weights"]) assert.equal((await json(check(model))).params.modelHash, wholeHash);
});

test("the state is added to a first model that lacks it, shown, in the ledger's model, and left out where asked", async () => {
  const chain = await desk.start(["chain", "start", "--dir", "chain", "--port", "0", "--json"]);
  const { rpcUrl } = JSON.parse(chain.firstLine);
  await writeRows(desk.dir, "rows.csv", 60);
  const { account } = await json("account create --home a");
  const { account: clinic } = await json("node init --home clinic --data rows.csv --network net.json");
  await json(`deploy --home a --rpc ${rpcUrl} --licensor ${account} --threshold 1 --out net.json`);
  await json(`license grant ${clinic} --home a --network net.json`);
  await json("node register --home clinic");
  const { taskId: plain } = await json("task create task.yaml --home clinic");

  const created = done(await run("task create adam.yaml --model weights.safetensors --home clinic --json"));
  assert.match(created.stderr, /weights\.safetensors has the weights alone; the state of the merge's optimizer begins/);
  assert.equal(created.json.params.modelHash, wholeHash);
  const { stdout } = done(await run("task show stepped --network net.json --model weights.safetensors"));
  assert.match(stdout, /merge rule +mean, then adam \(learningRate 0\.01, beta1 0\.9, beta2 0\.99, epsilon 0\.001\)/);
  assert.match(stdout, /Model: 26 parameters/);
  assert.match(stdout, /The optimizer's state, in models only/);
  assert.match(stdout, /weights\.safetensors is the task's first model\./);
  const shown = await json("task show stepped --network net.json");
  assert.deepEqual([shown.tensors, shown.state], [weights.specs, specs.slice(4)]);
  assert.equal((await json(`task show ${plain} --network net.json`)).state, undefined);

  const get = "model get stepped --round 0 --home clinic";
  const got = await json(`${get} --out got.safetensors`);
  assert.deepEqual([got.sha256, got.weightsOnly], [wholeHash, false]);
  assert.deepEqual(new Uint8Array(await readFile(join(desk.dir, "got.safetensors"))), encodeModel(whole));
  const alone = done(await run(`${get} --out alone.safetensors --weights-only`));
  assert.match(alone.stdout, new RegExp(`the weights alone of the model ${wholeHash}`));
  assert.deepEqual(new Uint8Array(await readFile(join(desk.dir, "alone.safetensors"))), encodeWeights(weights));
});
