import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fixtures } from "../data/support/document.ts";
import { taskInput } from "../task/fixture.ts";
import { writeRows, writeTask } from "./support/files.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

let desk: Desk;
const { run, json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
  await writeTask(desk.dir, "task.yaml", { description: "in its own words" });
});
after(async () => desk?.[Symbol.asyncDispose]());

test("data that can be trained on: figures and warnings, exit code 0, and no row", async () => {
  await writeRows(desk.dir, "rows.csv", 60);
  const result = done(await run("data check --task task.yaml --data rows.csv"));
  assert.match(result.stdout, /^task +small: in its own words$/m);
  assert.match(result.stdout, /rows +60: 60 to train on, 0 to validate/);
  assert.match(result.stdout, /^no +30 +30 +0$/m);
  assert.match(result.stdout, /warning \(not-normalized\): "c"/);
  assert.match(result.stdout, /can be trained on/);
  assert.ok(!result.stdout.includes("3.7,4,-37"));
  const checked = await json("data check rows.csv --task task.yaml");
  assert.deepEqual([checked.rows, checked.classes, checked.duplicates], [60, { no: 30, yes: 30 }, 0]);
  assert.deepEqual(
    checked.features.map(({ name, missing, min }: { name: string; missing: number; min: number }) => [
      name,
      missing,
      min,
    ]),
    [
      ["a", 0, 0],
      ["b", 0, 0],
      ["c", 0, -59],
    ],
  );
});

test("data that training would refuse: exit code 1, and why", async () => {
  await writeRows(desk.dir, "few.csv", 20, "1,,3,no");
  const { code, stdout } = await run("data check --task task.yaml --data few.csv");
  assert.equal(code, 1);
  assert.match(stdout, /error \(too-few-records\): 21 rows/);
  assert.match(stdout, /error \(missing-values\): 1 row of 21 have missing values \("b"\)/);
  assert.match(stdout, /cannot be trained on/);
});

test("data that cannot be read at all: exit code 2, with file and line", async () => {
  await writeRows(desk.dir, "text.csv", 60, "1,two,3,no");
  assert.match(await refused("data check --task task.yaml --data text.csv", 2, "CSV_NOT_A_NUMBER"), /text\.csv:2/);
  await refused("data check --task task.yaml --data none.csv", 2, "CSV_UNREADABLE");
  await refused("data check --task none.yaml --data text.csv", 2, "TASK_UNREADABLE");
  assert.match(await refused("data check --task task.yaml", 2, "USAGE_INVALID"), /swarm data check rows\.csv --task/);
  await refused("data check rows.csv --task task.yaml --data text.csv", 2, "USAGE_INVALID");
});

test("a tensor's values are put together", async () => {
  const data = { format: "idx", label: { classes: ["0", "1", "2"] }, inputShape: [4, 5, 1] } as const;
  const layers = [{ type: "flatten" }, { type: "dense", units: 3 }] as never;
  await writeTask(desk.dir, "idx.yaml", {
    data: data as never,
    model: { layers, loss: "softmaxCrossEntropy" },
    training: { ...taskInput().training, validationSplit: 0.25, split: { by: "position" } },
  });
  const images = join(fixtures, "images.idx3-ubyte");
  const checked = await json(`data check --task idx.yaml --data ${images}`);
  assert.deepEqual([checked.rows, checked.training, checked.validation, checked.features.length], [48, 36, 12, 1]);
  assert.equal(checked.features[0].name, "all values");
  assert.deepEqual(
    checked.findings.map(({ code }: { code: string }) => code),
    ["not-normalized"],
  );
});
