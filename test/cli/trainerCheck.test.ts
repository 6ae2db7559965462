import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { encodeModel } from "../../node/core/codec.ts";
import { asModel } from "../../node/core/weights/model.ts";
import { example } from "../trainers/support/python.ts";
import { fakeCommand } from "../trainers/support/trainer.ts";
import { type Desk, openDesk } from "./support/swarm.ts";

let desk: Desk;
const task = example("wdbc/task.yaml");
const data = example("wdbc/data/train_site0.csv");

before(async () => {
  desk = await openDesk();
});
after(() => desk[Symbol.asyncDispose]());

describe("swarm trainer check", () => {
  const check = (misdeed: string, ...args: string[]) =>
    desk.swarm(["trainer", "check", "--task", task, "--data", data, "--trainer", fakeCommand(misdeed), ...args]);

  it("tells what a trainer is and does: exit code 0", async () => {
    const people = await check("");
    assert.equal(people.code, 0, people.stderr);
    assert.match(people.stdout, /fake 1\.0 says hello: 40 rows to train on, 8 to validate/);
    assert.match(people.stdout, /trained 40 rows in .*its update is .* long \(the task allows 10\)/);
    assert.match(people.stdout, /gives the same weights\nthe trainer keeps the contract/);
    const { json } = await check("", "--json");
    assert.deepEqual([json.engine, json.samples, json.repeats], ["fake 1.0", 40, true]);
    assert.equal(Object.keys(json.protections).length, 4);
  });

  it("fails with what is wrong: exit code 1, or 2 where the command line is", async () => {
    const code = async (misdeed: string) => (await check(misdeed, "--json")).json.error.code;
    assert.equal(await code("renamed"), "TRAINER_ANSWER");
    assert.equal(await code("no-json"), "TRAINER_PROTOCOL");
    const none = await desk.swarm(["trainer", "check", "--task", task, "--data", data, "--json"]);
    assert.deepEqual([none.code, none.json.error.code], [2, "USAGE_INVALID"]);
  });

  it("starts from a model that is given, for tasks that list tensors", async () => {
    const listed = example("trainers/digits-linear.yaml");
    const args = ["trainer", "check", "--task", listed, "--data", data, "--trainer", fakeCommand(), "--json"];
    assert.equal((await desk.swarm(args)).json.error.code, "TASK_NO_LAYERS");
    const first = await desk.swarm([...args, "--model", example("trainers/digits-linear.safetensors")]);
    assert.equal(first.code, 0, first.stderr);
    const other = join(desk.dir, "other.safetensors");
    const specs = [{ name: "coef", shape: [2] }];
    await writeFile(other, encodeModel(asModel({ specs, values: new Float32Array(2) })));
    assert.equal((await desk.swarm([...args, "--model", other])).json.error.code, "TASK_MODEL_MISFIT");
  });

  it("takes trainer and rows from a node's settings", async () => {
    const home = join(desk.dir, "clinic");
    const init = await desk.swarm(["node", "init", "--home", home, "--data", data, "--trainer", fakeCommand()]);
    assert.equal(init.code, 0, init.stderr);
    const checked = await desk.swarm(["trainer", "check", "--task", task, "--home", home, "--json"]);
    assert.equal(checked.json.engine, "fake 1.0", checked.stderr);
    const shown = await desk.swarm(["node", "show", "--home", home]);
    assert.match(shown.stdout, /trains with .*trainer\.mjs/);
  });
});
