import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { allowedChange, statisticsProblem } from "../../../node/core/statistics/change.ts";
import { subtract } from "../../../node/core/weights/subtract.ts";

const specs = [
  { name: "0.dense.kernel", shape: [2, 1] },
  { name: "normalize.mean", shape: [2] },
  { name: "normalize.square", shape: [2] },
];
const plain = [{ name: "0.dense.kernel", shape: [6] }];
const delta = (...values: number[]) => ({ specs, values: Float32Array.from(values) });

describe("R4: what an update of a task with agreed statistics may change", () => {
  it("round 1: the statistics, and nothing else", () => {
    assert.equal(statisticsProblem(delta(0, -0, 0.5, -1, 1, 0.25), 1), undefined);
    assert.match(
      statisticsProblem(delta(0, 1e-30, 0.5, 0, 0, 0), 1) ?? "",
      /^Tensor 0\.dense\.kernel changes in round 1:/,
    );
  });

  it("later rounds: all but the statistics, which not even a liar can move then", () => {
    assert.equal(statisticsProblem(delta(3, -4, 0, -0, 0, 0), 2), undefined);
    assert.match(
      statisticsProblem(delta(3, -4, 0, 1e-30, 0, 0), 2) ?? "",
      /^Tensor normalize\.mean changes in round 2:/,
    );
    assert.match(
      statisticsProblem(delta(3, -4, 0, 0, 0, -1), 9) ?? "",
      /^Tensor normalize\.square changes in round 9:/,
    );
  });

  it("round 1: no mean of values from 0 to 1 moves by more than 1", () => {
    assert.match(
      statisticsProblem(delta(0, 0, 0, -1.001, 0, 0), 1) ?? "",
      /^Tensor normalize\.mean changes by -1\.00\d+ at element 1; /,
    );
  });

  it("other tasks' updates may change everything in every round", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    assert.equal(statisticsProblem({ specs: plain, values }, 1), undefined);
    const base = { specs: plain, values: new Float32Array(6) };
    const trained = { specs: plain, values };
    assert.equal(allowedChange(trained, base, 1), trained);
  });

  it("whatever a learner makes of a base, what is taken of it is valid, and all of what is valid is taken", () => {
    const value = fc.float({ noNaN: true, min: 0, max: 1 });
    const six = fc.array(value, { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(six, six, fc.integer({ min: 1, max: 3 }), (before, after, round) => {
        const base = delta(...before);
        const trained = delta(...after);
        const taken = allowedChange(trained, base, round);
        assert.equal(statisticsProblem(subtract(taken, base), round), undefined);
        const changes = round === 1 ? [2, 3, 4, 5] : [0, 1];
        for (const i of changes) assert.equal(taken.values[i], trained.values[i]);
      }),
    );
  });
});
