import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { ruleOf } from "../../../node/core/merge/rules.ts";
import { float32 } from "./oracle.ts";
import { contributions, weightsOf } from "./support.ts";

describe("merge: what robust rules promise", () => {
  it("with f arbitrary contributions every element stays within the range of the honest ones", () => {
    const scenario = fc.integer({ min: 0, max: 3 }).chain((f) =>
      fc.record({
        f: fc.constant(f),
        honest: fc.array(fc.float({ noNaN: true, min: -2, max: 2 }), { minLength: f + 1, maxLength: f + 4 }),
        faulty: fc.array(float32, { minLength: f, maxLength: f }),
        front: fc.boolean(),
      }),
    );
    fc.assert(
      fc.property(scenario, ({ f, honest, faulty, front }) => {
        const rows = (front ? [...faulty, ...honest] : [...honest, ...faulty]).map((value) => [value]);
        for (const config of [{ rule: "median" }, { rule: "trimmedMean", trim: f }] as const) {
          assert.equal(ruleOf(config).requires(rows.length, f), undefined);
          assert.ok(ruleOf(config).resists(rows.length) >= f);
          const value = mergeModel(weightsOf([0]), contributions(rows), config).values[0] as number;
          assert.ok(value >= Math.min(...honest) && value <= Math.max(...honest), `${config.rule} gave ${value}`);
        }
      }),
    );
  });

  it("each rule says what it needs", () => {
    assert.equal(ruleOf({ rule: "mean" }).requires(1, 0), undefined);
    assert.match(ruleOf({ rule: "mean" }).requires(0, 0) ?? "", /at least 1/);
    assert.equal(ruleOf({ rule: "median" }).requires(5, 2), undefined);
    assert.match(ruleOf({ rule: "median" }).requires(4, 2) ?? "", /at least 5/);
    assert.equal(ruleOf({ rule: "trimmedMean", trim: 2 }).requires(5, 2), undefined);
    assert.match(ruleOf({ rule: "trimmedMean", trim: 2 }).requires(4, 2) ?? "", /at least 5/);
    assert.match(ruleOf({ rule: "trimmedMean", trim: 1 }).requires(9, 2) ?? "", /trim at least 2/);
    assert.equal(ruleOf({ rule: "mean" }).resists(100), 0);
    assert.deepEqual(
      [1, 2, 3, 4].map((n) => ruleOf({ rule: "median" }).resists(n)),
      [0, 0, 1, 1],
    );
  });
});
