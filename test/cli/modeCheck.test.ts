import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { taskInput } from "../task/fixture.ts";
import { writeTask } from "./support/files.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

/** What `task create --check` says of tasks that run with a server. */

let desk: Desk;
const { run, json, refused } = typing(() => desk);
const layers = [
  { type: "dense", units: 4 },
  { type: "dense", units: 6 },
  { type: "dense", units: 2 },
];
const model = { ...taskInput().model, layers } as never;

before(async () => {
  desk = await openDesk();
  const write = (name: string, change: object) => writeTask(desk.dir, `${name}.yaml`, { name, model, ...change });
  await write("cut", { mode: "split", split: { cut: 0, epochs: 5 } });
  await write("kept", {
    mode: "split",
    split: { cut: 0, labels: "kept", tail: 2, epochs: 5, minClients: 2, clients: "parallel", noise: 0.1 },
  });
  await write("federated", { mode: "federated", federated: { clientsPerRound: 4 } });
});
after(async () => desk[Symbol.asyncDispose]());

test("a split task: who holds what, what crosses, when an epoch begins, and that no ledger has it", async () => {
  const { stdout } = done(await run("task create cut.yaml --check"));
  assert.match(stdout, /^cut\.yaml is valid: split task cut, 60 parameters/);
  assert.match(stdout, /^Clients hold layer 0 \(16 parameters\), the server layers 1 to 2 \(44 parameters\)\.$/m);
  assert.match(stdout, /4 values of each row cross at the cut as f32, without noise; labels cross, too/);
  assert.match(stdout, /one after another, for 5 epochs.*counts, with 3 clients or more \(round\.minPeers, since/);
  assert.match(stdout, /"swarm split serve".*not created on the ledger/);
  assert.doesNotMatch(stdout, /q_a|joined/);
  const { valid, split } = await json("task create cut.yaml --check");
  assert.deepEqual([valid, split.minClients, split.stepSeconds], [true, 3, 60]);
});

test("a split task whose labels are kept", async () => {
  const { stdout } = done(await run("task create kept.yaml --check"));
  assert.match(stdout, /Clients hold layer 0 and, since labels are kept, layer 2/);
  assert.match(stdout, /with noise of 0\.1 added; labels do not cross/);
  assert.match(stdout, /all at once.*with 2 clients or more\.$/m);
});

test("a federated task: clients of a round and how long it waits, without members and votes", async () => {
  const { stdout } = done(await run("task create federated.yaml --check"));
  assert.match(stdout, /In each of 5 rounds the coordinator asks 4 clients of those that are there, drawn anew/);
  assert.match(stdout, /merged with 3 updates or more, and waits 10 s/);
  assert.match(stdout, /up to 1 client may lie/);
  assert.doesNotMatch(stdout, /q_a|q_m|first round opens/);
});

test("without --check a split task is refused with what to type instead", async () => {
  assert.match(await refused("task create cut.yaml --home nobody", 2, "TASK_MODE"), /swarm split serve --task/);
});
