import assert from "node:assert/strict";
import { test } from "node:test";
import { checkDocument } from "../../node/core/task/document.ts";
import { pathText } from "../../node/core/task/problem.ts";
import { problemsWith, taskInput } from "./fixture.ts";

/** What is wrong with the fixture once its data section and training options are these. */
function problems(data: object, training: object = {}): string[] {
  const input = taskInput();
  const checked = checkDocument({
    ...input,
    data,
    model: { layers: [{ type: "flatten" }, { type: "dense", units: 2 }], loss: "softmaxCrossEntropy" },
    training: { ...input.training, ...training },
  });
  return "document" in checked ? [] : checked.problems.map(({ path, message }) => `${pathText(path)}: ${message}`);
}

const classes = ["no", "yes"];
const columns = { format: "csv", features: ["a", "b", "c"], label: { column: "y", classes } };
const idx = { format: "idx", label: { classes }, inputShape: [28, 28, 1] };
const images = { format: "images", label: { classes }, inputShape: [8, 8, 3] };

test("figures for more features than there are ask for the comma, where a name has a space in it", () => {
  const change = { "data.features": ["age", "sex bp"], "data.normalize": { mean: [0, 0, 0], std: 1 } };
  assert.match(
    problemsWith(change).join("\n"),
    /^data\.normalize\.mean: has 3 values for 2 features: "sex bp" is one feature; is a comma missing\?$/m,
  );
});

test("each format's section is valid as it is written in docs/DATA.md", () => {
  for (const data of [
    columns,
    { ...columns, format: "tsv", missing: "mean" },
    { ...columns, format: "parquet", normalize: { mean: [1, 2, 3], std: 2 } },
    { ...idx, normalize: { mean: 0, std: 255 } },
    { ...idx, format: "npy", missing: 0 },
    { ...idx, format: "npz", arrays: { features: "x_train", labels: "y_train" } },
    { ...images, normalize: { mean: [1, 2, 3], std: [1, 2, 3] }, resize: "bilinear" },
    { ...images, label: { classes, file: "labels.csv", image: "file", column: "class" } },
  ])
    assert.deepEqual(problems(data), [], data.format);
});

test("the format decides which fields there are", () => {
  assert.match(problems({ ...columns, format: "xml" })[0] ?? "", /data\.format: is "xml"; allowed is/);
  assert.match(problems({ format: "csv", label: columns.label })[0] ?? "", /data\.features: is missing/);
  assert.match(problems({ ...idx, features: ["a"] })[0] ?? "", /data\.features: is no field .*allowed are/);
  assert.match(problems({ ...idx, inputShape: undefined })[0] ?? "", /data\.inputShape: is missing/);
  assert.match(problems({ ...images, inputShape: [8, 8, 2] })[0] ?? "", /data\.inputShape\[2\]/);
  assert.match(problems({ ...images, resize: "area" })[0] ?? "", /data\.resize: .*"bilinear"/);
  assert.match(problems({ ...images, missing: "mean" })[0] ?? "", /data\.missing/);
  assert.match(problems({ ...idx, nromalize: "none" })[0] ?? "", /did you mean "normalize"/);
});

test("rules over several fields: lists by channel or value, sizes, names that belong together", () => {
  assert.match(
    problems({ ...images, normalize: { mean: [1, 2], std: 1 } })[0] ?? "",
    /normalize\.mean: has 2 values; allowed are one, 3 .* or 192/,
  );
  assert.match(
    problems({ ...idx, inputShape: [4096, 4096] })[0] ?? "",
    /inputShape: .*16777216 values; 1048576 is the most/,
  );
  assert.match(
    problems({ ...images, label: { classes, file: "labels.csv" } })[0] ?? "",
    /data\.label: needs file, image and column/,
  );
  assert.match(
    problems({ ...images, label: { classes, file: "../labels.csv", image: "a", column: "b" } })[0] ?? "",
    /data\.label\.file/,
  );
  assert.match(problems({ ...idx, label: { classes: ["a", "a"] } })[0] ?? "", /classes\[1\]: "a" is named twice/);
});

test("class weights are one for each class, and a way to split needs something to split", () => {
  assert.deepEqual(problems(columns, { classWeights: "balanced" }), []);
  assert.deepEqual(problems(columns, { classWeights: [1, 20] }), []);
  assert.match(problems(columns, { classWeights: [1, 2, 3] })[0] ?? "", /classWeights: has 3 weights for 2 classes/);
  assert.match(problems(columns, { classWeights: [0, 0] })[0] ?? "", /is 0 for every class/);
  assert.deepEqual(problems(columns, { validationSplit: 0.2, split: { by: "position" } }), []);
  assert.match(problems(columns, { split: { by: "content" } })[0] ?? "", /validationSplit is 0/);
  assert.match(problems(columns, { validationSplit: 0.2, split: { by: "chance" } })[0] ?? "", /training\.split\.by/);
});
