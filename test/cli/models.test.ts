import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { after, before, test } from "node:test";
import { parse } from "csv-parse/sync";
import { elementsOf } from "../attacks/support/xml.ts";
import { type Desk, openDesk } from "./support/swarm.ts";
import { done, typing } from "./support/typing.ts";

/** Models out of files, without any network: the example's task, its first model, and rows that nobody trained on. */

const wdbc = resolve(import.meta.dirname, "../../examples/wdbc");
const TASK = join(wdbc, "task.yaml");
const MODEL = join(wdbc, "first-model.safetensors");
const ROWS = join(wdbc, "data/test.csv");
let desk: Desk;
const { run, json, refused } = typing(() => desk);

before(async () => {
  desk = await openDesk();
});
after(async () => desk[Symbol.asyncDispose]());

test("evaluate prints figures of every kind, draws them, and gives the same to programs", async () => {
  const line = `evaluate ${ROWS} --task ${TASK} --model ${MODEL}`;
  const said = done(await run(`${line} --plot curves.svg`)).stdout;
  for (const word of [
    "Malignant (class 0) or benign (class 1)",
    "accuracy",
    "95 % interval",
    "log loss",
    "ROC AUC",
    "ECE",
    "PRECISION",
    "macro mean",
  ])
    assert.ok(said.includes(word), word);
  const report = await json(line);
  assert.equal(report.rows, 113);
  const [first, second] = report.confusion;
  assert.equal((first[0] + second[1]) / 113, report.accuracy);
  assert.ok(report.accuracyInterval.low < report.accuracy && report.accuracy < report.accuracyInterval.high);
  assert.equal(report.classes[0].support + report.classes[1].support, 113);
  assert.equal(report.model.onLedger, false);
  const svg = elementsOf(await readFile(join(desk.dir, "curves.svg"), "utf8"));
  assert.equal(svg.filter(({ name }) => name === "polyline").length, 1);
  assert.ok(svg.some(({ text }) => text.includes(report.ece.toFixed(4))));
});

test("predict takes rows without labels, keeps a column to tell them by, and agrees with evaluate", async () => {
  const [header = "", ...lines] = (await readFile(ROWS, "utf8")).trim().split("\n");
  const labelAt = header.split(",").indexOf("label");
  const unlabelled = [header, ...lines].map((line, i) => {
    const cells = line.split(",").filter((_, at) => at !== labelAt);
    return [i === 0 ? "patient" : `"p, ${i}"`, ...cells].join(",");
  });
  await writeFile(join(desk.dir, "new.csv"), `${unlabelled.join("\n")}\n`);
  const result = await json(`predict new.csv --task ${TASK} --model ${MODEL} --id patient --out answers.csv`);
  assert.equal(result.rows, 113);
  const file = join(desk.dir, "answers.csv");
  const records: Record<string, string>[] = parse(await readFile(file, "utf8"), { columns: true });
  assert.deepEqual(Object.keys(records[0] ?? {}), ["row", "patient", "class", "probability 0", "probability 1"]);
  assert.deepEqual([records[0]?.row, records[112]?.patient], ["1", "p, 113"]);
  for (const record of records) {
    const [zero, one] = [Number(record["probability 0"]), Number(record["probability 1"])];
    assert.ok(Math.abs(zero + one - 1) < 1e-8);
    assert.equal(record.class, one > zero ? "1" : "0");
  }
  const labels = lines.map((line) => line.split(",")[labelAt]);
  const right = records.filter((record, i) => record.class === labels[i]).length;
  const { accuracy } = await json(`evaluate ${ROWS} --task ${TASK} --model ${MODEL}`);
  assert.equal(right / 113, accuracy);
  if (process.platform !== "win32") assert.equal((await stat(file)).mode & 0o777, 0o600);
  assert.equal(existsSync(`${file}.part`), false);
});

test("a file with labels is as good; they are not looked at", async () => {
  const [header = "", first = ""] = (await readFile(ROWS, "utf8")).split("\n");
  const cells = first.split(",");
  cells[header.split(",").indexOf("label")] = "not known";
  await writeFile(join(desk.dir, "one.csv"), `${header}\n${cells.join(",")}\n`);
  assert.equal(
    (await json(`predict one.csv --task ${TASK} --model ${MODEL}`)).file,
    join(desk.dir, "one-predictions.csv"),
  );
  await refused(`evaluate one.csv --task ${TASK} --model ${MODEL}`, 2, "CSV_UNKNOWN_CLASS");
});

test("what was exported as safetensors is the same file, byte for byte", async () => {
  await json(`model export ${TASK} --model ${MODEL} --format safetensors --out same.safetensors`);
  assert.deepEqual(await readFile(join(desk.dir, "same.safetensors")), await readFile(MODEL));
});

test("a file that is there is replaced, and that is said; a folder that is not there is named as it was typed", async () => {
  const line = `model export ${TASK} --model ${MODEL} --format safetensors --out twice.safetensors`;
  const file = join(desk.dir, "twice.safetensors");
  assert.ok(done(await run(line)).stdout.startsWith(`wrote ${file}: `));
  assert.ok(done(await run(line)).stdout.startsWith(`wrote ${file} (over the file that was there): `));
  for (const what of [`model export ${TASK} --format safetensors`, `predict ${ROWS} --task ${TASK}`]) {
    const said = await refused(`${what} --model ${MODEL} --out nowhere/file`, 2, "FILE_MISSING");
    assert.ok(said.startsWith(`${join(desk.dir, "nowhere/file")} (open, ENOENT): it, or a folder`), said);
  }
});

test("a TensorFlow.js export comes back as the task's model; a folder that is there is left alone", async () => {
  const line = `model export ${TASK} --model ${MODEL} --format tfjs --bare --out web`;
  assert.equal((await json(line)).bare, true);
  await refused(line, 2, "EXPORT_EXISTS");
  const { sha256, section } = await json(`model import web/model.json --task ${TASK}`);
  assert.deepEqual(await readFile(join(desk.dir, "first-model.safetensors")), await readFile(MODEL));
  const text = await readFile(section, "utf8");
  assert.match(text, /^model:\n {2}layers:\n {4}- \{ type: dense, units: 32, activation: relu, useBias: true \}$/m);
  // The section in place of the task's own makes the same task again.
  const task = await readFile(TASK, "utf8");
  await writeFile(join(desk.dir, "again.yaml"), task.replace(/^model:\n(?: .*\n)+/m, text));
  const created = await json("task create again.yaml --model first-model.safetensors --check");
  assert.equal(created.params.modelHash, sha256);
});

test("an ONNX export is a file that names the task", async () => {
  const { file } = await json(`model export ${TASK} --model ${MODEL} --format onnx`);
  assert.equal(file, join(desk.dir, "wdbc.onnx"));
  const bytes = await readFile(file);
  assert.ok(bytes.includes("class probabilities"));
  assert.equal(bytes.includes("first-model"), false, "no path of this machine");
});

test("a safetensors file of another program becomes a canonical one, and a task's list of tensors", async () => {
  const header = JSON.stringify({
    __metadata__: { format: "np" },
    w: { dtype: "F32", shape: [2], data_offsets: [4, 12] },
    b: { dtype: "F32", shape: [1], data_offsets: [0, 4] },
  });
  const bytes = Buffer.alloc(8 + header.length + 12);
  bytes.writeBigUInt64LE(BigInt(header.length));
  bytes.write(header, 8);
  await writeFile(join(desk.dir, "theirs.safetensors"), bytes);
  const { tensors, section } = await json(
    "model import theirs.safetensors --out ours.safetensors --section tensors.yaml",
  );
  assert.deepEqual(tensors, [
    { name: "b", shape: [1] },
    { name: "w", shape: [2] },
  ]);
  assert.match(await readFile(section, "utf8"), /- \{ name: w, shape: \[ 2 \] \}/);
  await refused(`model import theirs.safetensors --task ${TASK} --out no.safetensors`, 2, "TASK_MODEL_MISFIT");
  assert.equal(existsSync(join(desk.dir, "no.safetensors")), false, "nothing is written");
});

test("what is wrong with the command line, a file or a model is said, with exit code 2", async () => {
  await writeFile(join(desk.dir, "model.h5"), "");
  await mkdir(join(desk.dir, "empty"), { recursive: true });
  assert.match(await refused(`evaluate ${ROWS}`, 2, "USAGE_INVALID"), /--task, or the folder of a node .* --home/);
  assert.match(await refused(`evaluate ${ROWS} --home empty`, 2, "USAGE_INVALID"), /empty has joined none .* --task/);
  await refused(`evaluate ${ROWS} --task ${TASK}`, 2, "USAGE_INVALID");
  await refused(`evaluate ${ROWS} --task ${TASK} --model ${MODEL} --round 3`, 2, "USAGE_INVALID");
  await refused(`evaluate ${ROWS} --task ${TASK} --model none.safetensors`, 2, "FILE_UNREADABLE");
  await refused(`evaluate none.csv --task ${TASK} --model ${MODEL}`, 2, "CSV_UNREADABLE");
  await refused(`predict ${ROWS} --task ${TASK} --model ${MODEL} --out ${ROWS}`, 2, "USAGE_INVALID");
  await refused(`predict ${ROWS} --task ${TASK} --model ${MODEL} --id nobody`, 2, "CSV_MISSING_COLUMN");
  await refused(`evaluate ${ROWS} --task ${TASK} --model ${MODEL} --local --home empty`, 2, "LOCAL_MODEL_MISSING");
  assert.match(await refused("model import model.h5", 2, "IMPORT_FORMAT"), /examples\/keras\/to_layers_model\.py/);
  await refused(`model export ${TASK} --model ${MODEL} --format pickle`, 2, "USAGE_INVALID");
});
