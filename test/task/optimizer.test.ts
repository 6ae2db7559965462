import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canonicalDocument, modelSpecs, parseDocument, tensorSpecs } from "../../node/core/task/document.ts";
import { initialModel, initialWeights } from "../../node/core/task/initialModel.ts";
import { encodeModel } from "../../node/core/codec.ts";
import { sha256 } from "../../node/core/hash.ts";
import { weightsOf } from "../../node/core/weights/model.ts";
import { problemsWith, taskDocument } from "./fixture.ts";

const names = (specs: readonly { name: string }[]) => specs.map(({ name }) => name);
const withOptimizer = (optimizer: object) => taskDocument({ merge: { rule: "mean", optimizer: optimizer as never } });

/** Of the fixture, and of its first model of seed 3, before merges could have an optimizer. */
const DOCUMENT_HASH = "0xcc1309f65862041264556e0dbaceb2bc075d92eb1bd6fb14218767c7ddc1ae10";
const MODEL_HASH = "0xa87c8c5e838ed455a00951d2fe32373d1be80de2c3573417589ca03d491ee879";

describe("a task whose merge has an optimizer", () => {
  it("has its defaults written out, and its numbers as they were written", () => {
    const written = (optimizer: object) =>
      JSON.stringify(JSON.parse(new TextDecoder().decode(canonicalDocument(withOptimizer(optimizer)))).merge.optimizer);
    assert.equal(written({ type: "momentum" }), '{"learningRate":1,"momentum":0.9,"type":"momentum"}');
    assert.equal(
      written({ type: "adam" }),
      '{"beta1":0.9,"beta2":0.99,"epsilon":0.001,"learningRate":0.01,"type":"adam"}',
    );
    const odd = { type: "adam", learningRate: 0.1 + 0.2, beta1: 0, beta2: 0.999999, epsilon: 1e-12 };
    assert.equal(
      written(odd),
      '{"beta1":0,"beta2":0.999999,"epsilon":1e-12,"learningRate":0.30000000000000004,"type":"adam"}',
    );
    const document = withOptimizer(odd);
    assert.deepEqual(parseDocument(canonicalDocument(document)), document);
  });

  it("has models with its state behind the weights, zeros at first; updates stay as they are", () => {
    const plain = taskDocument();
    const weights = names(tensorSpecs(plain));
    assert.deepEqual(weights, ["0.dense.bias", "0.dense.kernel", "1.dense.bias", "1.dense.kernel"]);
    const kept = { momentum: ["~momentum."], adam: ["~first.", "~second."] };
    for (const [type, marks] of Object.entries(kept)) {
      const document = withOptimizer({ type });
      assert.deepEqual(tensorSpecs(document), tensorSpecs(plain));
      const specs = modelSpecs(document);
      assert.deepEqual(names(specs), [...weights, ...marks.flatMap((mark) => weights.map((name) => mark + name))]);
      const model = initialModel(document, 7);
      assert.deepEqual(model.specs, specs);
      assert.deepEqual(weightsOf(model, tensorSpecs(document)), initialWeights(plain, 7));
      const state = model.values.subarray(initialWeights(plain, 7).values.length);
      assert.equal(state.length, marks.length * initialWeights(plain, 7).values.length);
      assert.ok(state.every((value) => Object.is(value, 0)));
      // A file has one order of names: encoding checks that this is it.
      assert.ok(encodeModel(model).length > 0);
    }
  });

  it("changes nothing about tasks without one", () => {
    const document = taskDocument();
    assert.deepEqual(modelSpecs(document), tensorSpecs(document));
    assert.deepEqual(initialModel(document, 3), initialWeights(document, 3));
    assert.equal(sha256(canonicalDocument(document)), DOCUMENT_HASH);
    assert.equal(sha256(encodeModel(initialModel(document, 3))), MODEL_HASH);
  });

  it("keeps no state for layers that stay at each node", () => {
    const layers = [
      { type: "dense" as const, units: 4 },
      { type: "batchNormalization" as const, local: true },
      { type: "dense" as const, units: 2 },
    ];
    const document = taskDocument({
      model: { layers, loss: "softmaxCrossEntropy" },
      merge: { rule: "mean", optimizer: { type: "momentum" } },
    });
    assert.ok(names(modelSpecs(document)).every((name) => !name.includes("batchNormalization")));
  });

  const tensors = (list: object[]) => ({ model: { tensors: list }, "merge.rule": "mean" });
  const refused: [title: string, changes: Record<string, unknown>, problem: RegExp][] = [
    [
      "a rate of 0",
      { "merge.optimizer": { type: "momentum", learningRate: 0 } },
      /^merge\.optimizer\.learningRate: is 0; allowed is more than 0$/,
    ],
    [
      "a negative rate",
      { "merge.optimizer": { type: "adam", learningRate: -1 } },
      /^merge\.optimizer\.learningRate: is -1; allowed is more than 0$/,
    ],
    [
      "momentum of 1",
      { "merge.optimizer": { type: "momentum", momentum: 1 } },
      /^merge\.optimizer\.momentum: is 1; allowed is less than 1$/,
    ],
    [
      "a negative beta1",
      { "merge.optimizer": { type: "adam", beta1: -0.1 } },
      /^merge\.optimizer\.beta1: is -0\.1; allowed is at least 0$/,
    ],
    [
      "beta2 of 1",
      { "merge.optimizer": { type: "adam", beta2: 1 } },
      /^merge\.optimizer\.beta2: is 1; allowed is less than 1$/,
    ],
    [
      "epsilon of 0",
      { "merge.optimizer": { type: "adam", epsilon: 0 } },
      /^merge\.optimizer\.epsilon: is 0; allowed is more than 0$/,
    ],
    [
      "another type",
      { "merge.optimizer": { type: "yogi" } },
      /^merge\.optimizer\.type: is "yogi"; allowed is "momentum", "adam"$/,
    ],
    [
      "the other's settings",
      { "merge.optimizer": { type: "momentum", beta1: 0.9 } },
      /^merge\.optimizer\.beta1: is no field that tasks have; allowed are type, learningRate, momentum$/,
    ],
    [
      "names of its own",
      {
        ...tensors([
          { name: "a", shape: [2] },
          { name: "~b", shape: [2] },
        ]),
        "merge.optimizer": { type: "adam" },
      },
      /^model\.tensors\[1\]\.name: begins with ~/,
    ],
    [
      "models that are too large with its state only",
      { ...tensors([{ name: "a", shape: [20_000_000] }]), "merge.optimizer": { type: "adam" } },
      /^merge\.optimizer: makes 60000000 values of 20000000 parameters; 50000000 is the most/,
    ],
    [
      "more tensors than a file's header names",
      {
        ...tensors(Array.from({ length: 500 }, (_, i) => ({ name: `t${i}`, shape: [1] }))),
        "merge.optimizer": { type: "adam" },
      },
      /^merge\.optimizer: makes 1500 tensors, whose names and shapes take more than the 65536 bytes/,
    ],
    [
      "moving variances that are merged",
      {
        "model.layers": [{ type: "dense", units: 4 }, { type: "batchNormalization" }, { type: "dense", units: 2 }],
        "merge.rule": "mean",
        "merge.optimizer": { type: "momentum" },
      },
      /^model\.layers\[1\]: is batchNormalization, whose moving variance a step of momentum could make negative/,
    ],
  ];
  for (const [title, changes, problem] of refused) {
    it(`refuses ${title}`, () => {
      const problems = problemsWith({ merge: { rule: "mean" }, ...changes });
      assert.equal(problems.length, 1, problems.join("; "));
      assert.match(problems[0] ?? "", problem);
      const { "merge.optimizer": _, ...without } = changes;
      assert.deepEqual(problemsWith({ merge: { rule: "mean" }, ...without }), [], "it is the optimizer that is wrong");
    });
  }
});
