import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { canonicalDocument } from "../../node/core/task/document.ts";
import { splitPartsOf } from "../../node/core/modes/splitParts.ts";
import { hasCode } from "../ports/support.ts";
import { problemsWith, taskDocument, taskInput } from "./fixture.ts";

const dense = (units: number, more: object = {}) => ({ type: "dense", units, ...more });
const LAYERS = [dense(4, { name: "first" }), dense(4), { type: "dropout", rate: 0.1 }, dense(4), dense(2)];
const SPLIT = { cut: "first", epochs: 3 };

describe("a task's split section", () => {
  it("is nowhere in the bytes of a task that has none, so that hashes stay", () => {
    assert.doesNotMatch(new TextDecoder().decode(canonicalDocument(taskDocument())), /split":\{|"cut"/);
    assert.throws(() => splitPartsOf(taskDocument()), hasCode("TASK_NO_SPLIT"));
  });

  it("may stand in a swarm's task, and cuts by name or index", () => {
    const model = { ...taskInput().model, layers: LAYERS } as never;
    for (const cut of ["first", 0]) {
      const { clientSpecs, serverSpecs, cutShape } = splitPartsOf(taskDocument({ model, split: { cut, epochs: 1 } }));
      assert.deepEqual(
        clientSpecs.map(({ name }) => name),
        ["0.first.bias", "0.first.kernel"],
      );
      assert.equal(serverSpecs.length, 6);
      assert.deepEqual(cutShape, [4]);
    }
    const kept = splitPartsOf(taskDocument({ model, split: { cut: 0, labels: "kept", tail: 4, epochs: 1 } }));
    assert.deepEqual(
      kept.clientSpecs.map(({ name }) => name),
      ["0.first.bias", "0.first.kernel", "4.dense.bias", "4.dense.kernel"],
    );
  });

  it("S6: needs as many clients as round.minPeers where minClients is left out, as federated learning does", () => {
    const model = { ...taskInput().model, layers: LAYERS } as never;
    const clients = (more: object) =>
      splitPartsOf(taskDocument({ model, split: { ...SPLIT, ...more } })).split.minClients;
    assert.deepEqual([clients({}), clients({ minClients: 1 })], [taskDocument().round.minPeers, 1]);
  });

  const wrong: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [{ mode: "split" }, { mode: "split", split: SPLIT }, /^mode: is split, which needs a split section/],
    [{ split: { ...SPLIT, cut: "last" } }, { split: SPLIT }, /^split\.cut: is last, which no layer/],
    [{ split: { ...SPLIT, cut: 4 } }, { split: { ...SPLIT, cut: 3 } }, /^split\.cut: is the last layer/],
    [
      { split: SPLIT, "model.layers.0": { type: "flatten", name: "first" } },
      { split: SPLIT },
      /^split\.cut: leaves the client nothing to train/,
    ],
    [
      { split: { ...SPLIT, labels: "kept" } },
      { split: { ...SPLIT, labels: "kept", tail: 3 } },
      /^split\.tail: is missing/,
    ],
    [
      { split: { ...SPLIT, labels: "kept", tail: 1 } },
      { split: { ...SPLIT, labels: "kept", tail: 2 } },
      /^split\.tail: leaves the server no layer/,
    ],
    [
      { split: { ...SPLIT, cut: 1, labels: "kept", tail: 3 } },
      { split: { ...SPLIT, labels: "kept", tail: 3 } },
      /^split\.cut: leaves the server nothing to train/,
    ],
    [{ split: { ...SPLIT, tail: 3 } }, { split: SPLIT }, /^split\.tail: is for labels that are kept/],
    [
      { split: SPLIT, "model.layers.1": dense(4, { local: true }) },
      { split: SPLIT },
      /^model\.layers\[1\]\.local: has no meaning where a model is split/,
    ],
    [{ split: { ...SPLIT, epochs: 0 } }, { split: SPLIT }, /^split\.epochs/],
  ];
  for (const [changes, right, message] of wrong)
    it(`${JSON.stringify(changes)} is refused, and one thing less is not`, () => {
      assert.match(problemsWith({ "model.layers": [...LAYERS], ...changes })[0] ?? "", message);
      assert.deepEqual(problemsWith({ "model.layers": [...LAYERS], ...right }), []);
    });
});
