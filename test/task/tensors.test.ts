import assert from "node:assert/strict";
import { test } from "node:test";
import { expandColumns } from "../../node/core/task/columns.ts";
import { initialModel } from "../../node/core/task/initialModel.ts";
import { featureNames, tensorSpecs } from "../../node/core/task/tensors.ts";
import { taskDocument, taskInput } from "./fixture.ts";

const data = {
  format: "csv",
  features: { columns: "p{0..7}{0..7}" },
  label: { column: "y", classes: ["0", "1", "2"] },
  inputShape: [8, 8, 1],
} as const;

test("column patterns run over whole numbers, the last one fastest", () => {
  assert.deepEqual(expandColumns("pixel{9..11}"), ["pixel9", "pixel10", "pixel11"]);
  assert.deepEqual(expandColumns("p{0..1}_{2..3}x"), ["p0_2x", "p0_3x", "p1_2x", "p1_3x"]);
  for (const wrong of ["p", "p{2..1}", "p{0..}", "p{0..99999}", "p{0..999}{0..999}"])
    assert.equal(expandColumns(wrong), undefined);
  assert.equal(
    featureNames(
      taskDocument({
        ...taskInput(),
        data: {
          ...data,
          features: { columns: "p{0..7}{0..7}" },
          label: { column: "y", classes: ["0", "1"] },
          inputShape: [64],
        },
      }),
    ).length,
    64,
  );
});

test("tensors are named by layer, sorted, and named layers keep their names", () => {
  const document = taskDocument({
    data: { ...data, label: { column: "y", classes: ["0", "1", "2"] }, inputShape: [8, 8, 1] },
    model: {
      layers: [
        { type: "conv2d", name: "edges", filters: 4, kernelSize: [3, 2], padding: "same", useBias: false },
        { type: "batchNormalization" },
        { type: "maxPooling2d" },
        { type: "flatten" },
        { type: "dense", units: 3 },
      ],
      loss: "softmaxCrossEntropy",
    },
  });
  assert.deepEqual(tensorSpecs(document), [
    { name: "0.edges.kernel", shape: [3, 2, 1, 4] },
    { name: "1.batchNormalization.beta", shape: [4] },
    { name: "1.batchNormalization.gamma", shape: [4] },
    { name: "1.batchNormalization.movingMean", shape: [4] },
    { name: "1.batchNormalization.movingVariance", shape: [4] },
    { name: "4.dense.bias", shape: [3] },
    { name: "4.dense.kernel", shape: [64, 3] },
  ]);
});

test("a task for trainers of any language lists its tensors, and has no first model of its own", () => {
  const document = taskDocument({
    model: {
      tensors: [
        { name: "w", shape: [2, 3] },
        { name: "b", shape: [] },
      ],
    },
  });
  assert.deepEqual(tensorSpecs(document), [
    { name: "b", shape: [] },
    { name: "w", shape: [2, 3] },
  ]);
  assert.throws(() => initialModel(document, 1), { code: "TASK_NO_LAYERS" });
});

test("a first model depends on its seed only: kernels in Glorot's range, scales 1, the rest 0", () => {
  const document = taskDocument({
    model: {
      layers: [{ type: "dense", units: 50 }, { type: "layerNormalization" }, { type: "dense", units: 2 }],
      loss: "softmaxCrossEntropy",
    },
  });
  const model = initialModel(document, 9);
  assert.deepEqual(initialModel(document, 9), model);
  assert.notDeepEqual(initialModel(document, 10).values, model.values);
  const part = (name: string) => {
    let offset = 0;
    for (const spec of model.specs) {
      const size = spec.shape.reduce((product, side) => product * side, 1);
      if (spec.name === name) return model.values.subarray(offset, offset + size);
      offset += size;
    }
    throw new Error(name);
  };
  const kernel = part("0.dense.kernel");
  const limit = Math.sqrt(6 / 53);
  assert.ok(
    kernel.every((value) => Math.abs(value) <= limit) &&
      Math.max(...kernel) > 0.9 * limit &&
      Math.min(...kernel) < -0.9 * limit,
  );
  assert.ok(part("0.dense.bias").every((value) => value === 0));
  assert.ok(part("1.layerNormalization.gamma").every((value) => value === 1));
  assert.ok(part("1.layerNormalization.beta").every((value) => value === 0));
});
