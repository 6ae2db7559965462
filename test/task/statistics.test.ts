import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalDocument, parseDocument } from "../../node/core/task/document.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { localTensorSpecs, modelSpecs, tensorSpecs } from "../../node/core/task/tensors.ts";
import { tensorsOf } from "../../node/cli/modelFile.ts";
import { problemsWith, taskDocument, taskInput } from "./fixture.ts";

const normalize = { agreed: { low: 0, high: [1, 2, 3] } };

test("agreed statistics are two tensors of every model and update, behind the layers' tensors", () => {
  const document = taskDocument({ data: { ...taskInput().data, normalize } });
  assert.deepEqual(parseDocument(canonicalDocument(document)), document);
  const names = tensorSpecs(document).map(({ name, shape }) => `${name} ${shape}`);
  assert.deepEqual(names.slice(-2), ["normalize.mean 3", "normalize.square 3"]);
  assert.deepEqual(modelSpecs(document), tensorSpecs(document));
  assert.deepEqual(localTensorSpecs(document), []);
  const [mean, square] = tensorsOf(initialWeights(document, 1)).slice(-2);
  assert.deepEqual([...(mean?.values ?? [])], [0.5, 0.5, 0.5]);
  assert.deepEqual(
    [...(square?.values ?? [])],
    [1, 1, 1].map((value) => Math.fround(value / 3)),
  );
});

test("what a first model has besides is the same with and without", () => {
  const without = tensorsOf(initialWeights(taskDocument(), 5));
  const document = taskDocument({ data: { ...taskInput().data, normalize } });
  assert.deepEqual(tensorsOf(initialWeights(document, 5)).slice(0, -2), without);
});

test("bounds and what else a task has to fit: each is refused one step past its border and not on it", () => {
  const with_ = (change: Record<string, unknown>, agreed: object = normalize.agreed) =>
    problemsWith({ "data.normalize": { agreed }, ...change }).join("; ");
  assert.equal(with_({}), "");
  assert.match(with_({}, { low: [0, 0], high: 1 }), /^data\.normalize\.agreed\.low: has 2 values for 3 features$/);
  assert.match(
    with_({}, { low: 0, high: [1, 0, 1] }),
    /^data\.normalize\.agreed\.high: is 0 for feature 2, must be more than its low = 0$/,
  );
  assert.match(
    with_({ "merge.rule": "mean", "merge.optimizer": { type: "momentum" } }),
    /^merge\.optimizer: goes on moving/,
  );
  assert.equal(with_({ "round.rounds": 2 }), "");
  assert.match(with_({ "round.rounds": 1 }), /^round\.rounds: is 1, must be at least 2/);
  // Two means of three features.
  assert.equal(with_({ "limits.maxUpdateNorm": 2.45 }), "");
  assert.match(with_({ "limits.maxUpdateNorm": 2.44 }), /^limits\.maxUpdateNorm: is 2\.44, must be at least 2\.45: /);
  assert.match(with_({ "privacy.clipNorm": 2.44 }), /^privacy\.clipNorm: is 2\.44, must be at least 2\.45: /);
  const tensors = [{ name: "a", shape: [2] }];
  assert.match(
    problemsWith({ model: { tensors: [{ name: "normalize.mean", shape: [3] }] } }).join(),
    /^model\.tensors\[0\]\.name: is what agreed statistics are called/,
  );
  assert.match(with_({ model: { tensors } }), /^data\.normalize\.agreed: is for models of layers/);
  assert.match(with_({}, { low: 0, hig: 1 }), /did you mean "high"\?/);
});
