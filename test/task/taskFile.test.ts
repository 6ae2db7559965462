import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { stringify } from "yaml";
import { readData } from "../../node/adapters/data/readData.ts";
import { defaultMerge } from "../../node/core/merge/defaultMerge.ts";
import { type LocatedProblem, parseTaskText, readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { allowedKeys } from "../../node/core/task/suggest.ts";
import { taskJsonSchema } from "../../node/core/task/jsonSchema.ts";
import { taskDocument, taskInput } from "./fixture.ts";

const yaml = stringify(taskInput());

function problemsOf(text: string): LocatedProblem[] {
  try {
    parseTaskText(text, "task.yaml");
  } catch (error) {
    assert.equal((error as { code: string }).code, "TASK_INVALID");
    for (const line of (error as Error).message.split("\n"))
      assert.match(line, /^(task\.yaml:\d+:\d+: |\.\.\. and \d+ more)/);
    return (error as { data: { problems: LocatedProblem[] } }).data.problems;
  }
  throw new Error("nothing was found wrong");
}

test("a YAML or JSON file is read into its document", () => {
  assert.deepEqual(parseTaskText(yaml, "task.yaml"), taskDocument());
  assert.deepEqual(parseTaskText(JSON.stringify(taskInput()), "task.json"), taskDocument());
});

test("rounds given beside the file are checked as if they stood in it", () => {
  const { round, ...rest } = taskDocument();
  assert.deepEqual(parseTaskText(yaml, "task.yaml", { rounds: 2 }), { ...rest, round: { ...round, rounds: 2 } });
  const warmup = { type: "constant", warmupRounds: 2 };
  const text = stringify({ ...taskInput(), training: { ...taskInput().training, learningRateSchedule: warmup } });
  parseTaskText(text, "task.yaml");
  const refused = (rounds: number, message: RegExp) =>
    assert.throws(() => parseTaskText(text, "task.yaml", { rounds }), { code: "TASK_INVALID", message });
  refused(
    2,
    /^task\.yaml:\d+:\d+: training\.learningRateSchedule\.warmupRounds: is 2, must be less than round\.rounds = 2/,
  );
  refused(0, /^task\.yaml:\d+:\d+: round\.rounds: with --rounds 0: /);
});

test("every problem is listed at its line and column", () => {
  const text = yaml
    .replace("units: 4", "unit: 4")
    .replace("batchSize: 8", "batchSize: no")
    .replace("minPeers: 3", "minPeers: 2.5");
  const line = (part: string) => text.split("\n").findIndex((row) => row.includes(part)) + 1;
  assert.deepEqual(
    problemsOf(text).map(({ path, ...at }) => [path, at.line, at.column]),
    [
      ["model.layers[0].units", line("type: dense"), 7],
      ["model.layers[0].unit", line("unit: 4"), 7],
      ["training.batchSize", line("batchSize"), 3],
      ["round.minPeers", line("minPeers"), 3],
    ],
  );
});

test("a merge that the thresholds do not allow is refused at its line and column", () => {
  const text = `${yaml}merge:\n  before:\n    - arc\n    - { step: bucketing, size: 2 }\n  rule: median\n`;
  const [problem, ...others] = problemsOf(text);
  assert.deepEqual(others, []);
  assert.match(problem?.message ?? "", /bucketing makes 2 of 3/);
  const line = text.split("\n").findIndex((row) => row.includes("rule: median")) + 1;
  assert.deepEqual([problem?.path, problem?.line, problem?.column], ["merge.rule", line, 3]);
});

test("broken YAML, aliases, repeated keys, tags and foreign keys are refused with their place", () => {
  const cases: [string, RegExp, number][] = [
    ["a: [1\nb: 2\n", /Flow sequence/, 2],
    ["a: 1\na: 2\n", /unique/, 2],
    ["a: &x [1]\nb: *x\n", /alias \*x/, 2],
    ["version: !!js/function x\n", /Unresolved tag/, 1],
    [`${yaml}__proto__: { mode: split }\n`, /no field that tasks have/, yaml.split("\n").length],
    ["", /null/, 1],
    ["- 1\n", /\[1\]/, 1],
  ];
  for (const [text, message, line] of cases) {
    const problem = problemsOf(text).find((found) => message.test(found.message));
    assert.equal(problem?.line, line, text);
  }
  assert.ok(problemsOf("[".repeat(200_000)).length > 0);
});

test("of broken YAML the first error alone is said, with what it most likely comes of", () => {
  const cases: [string, string, RegExp][] = [
    ["type: dense, units: 4", "type: dense units: 4", /: is a comma missing, or a bracket not closed\?$/],
    ["  batchSize: 8", "\tbatchSize: 8", /^Tabs .*: YAML wants spaces$/],
    ["  batchSize: 8", "  batchSize 8", /is the colon, or the space after it, missing\?$/],
    ["name: ", "name: a: ", /Text with ": " in it has to be in quotes$/],
  ];
  const flow = yaml.replace(/- type: dense\n\s+units: 4\n\s+activation: relu/, "- { type: dense, units: 4 }");
  assert.ok(parseTaskText(flow, "task.yaml"));
  for (const [right, wrong, message] of cases) {
    assert.ok(flow.includes(right), right);
    const [problem, ...others] = problemsOf(flow.replace(right, wrong));
    assert.deepEqual(others, [], wrong);
    assert.match(problem?.message ?? "", message);
  }
  assert.match(
    problemsOf("round:\n  f: 1\n minPeers: 3\n")[0]?.message ?? "",
    /indented by the same number of spaces$/,
  );
});

test("files that are missing, too large or no text are named", async () => {
  const folder = await mkdtemp(join(tmpdir(), "swarm-task-"));
  try {
    const path = join(folder, "task.yaml");
    await assert.rejects(readTaskFile(path), { code: "TASK_UNREADABLE" });
    await writeFile(path, Buffer.alloc(300_000, "#"));
    await assert.rejects(readTaskFile(path), { code: "TASK_UNREADABLE", message: /has 300000 bytes/ });
    await writeFile(path, Uint8Array.of(0x61, 0xff));
    await assert.rejects(readTaskFile(path), { code: "TASK_UNREADABLE" });
    await writeFile(path, yaml);
    assert.deepEqual(await readTaskFile(path), taskDocument());
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("the examples' task files are valid, and the digits' names the columns of its rows and gets the default merge", async () => {
  const examples = join(import.meta.dirname, "../../examples");
  const wdbc = await readTaskFile(join(examples, "wdbc/task.yaml"));
  assert.equal(wdbc.name, "wdbc");
  const hospitals = await readTaskFile(join(examples, "wdbc/three-hospitals.yaml"));
  // The same but for who takes part, so that its rows serve both.
  assert.deepEqual({ ...hospitals, name: "wdbc", round: wdbc.round }, wdbc);
  const digits = await readTaskFile(join(examples, "digits/task.yaml"));
  assert.deepEqual(digits.merge, defaultMerge(3));
  const rows = await readData(digits, join(examples, "digits/data/digits.csv"));
  assert.deepEqual([rows.rows, rows.width, Math.max(...rows.features)], [1797, 64, 1]);
});

test("editors get a JSON Schema, and suggestions know which kind of layer is meant", () => {
  const schema = taskJsonSchema();
  assert.deepEqual(schema.required, ["version", "name", "model", "data", "training", "round", "limits"]);
  assert.deepEqual(allowedKeys(["model", "layers", 0], { model: { layers: [{ type: "dropout" }] } }), [
    "type",
    "name",
    "rate",
  ]);
  assert.deepEqual(allowedKeys(["merge"], { merge: { rule: "trimmedMean" } }), ["rule", "trim", "before", "optimizer"]);
});
