import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { mergeBlocks, mergeModel } from "../../../node/core/merge/merge.ts";
import type { OptimizerConfig } from "../../../node/core/merge/optimizer.ts";
import { stateSpecs } from "../../../node/core/merge/optimizerState.ts";
import type { MergeConfig } from "../../../node/core/merge/rule.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import type { Tensors } from "../../../node/core/weights.ts";
import { bitsOf } from "../codec/arbitraries.ts";
import { OPTIMIZERS } from "./configs.ts";
import { cancelling, type Element, naiveStep } from "./naive.ts";
import { float32, oracleStep } from "./oracle.ts";
import { baseFor, code, contributions, weightsOf } from "./support.ts";

const MOMENTUM: OptimizerConfig = { type: "momentum", learningRate: 2, momentum: 0.5 };
const ADAM: OptimizerConfig = { type: "adam", learningRate: 1, beta1: 0.5, beta2: 0.75, epsilon: 2 };

/** All values of the models of some rounds, one after another, from a model of zeros. */
function rounds(optimizer: OptimizerConfig, deltas: number[][]): number[][] {
  const config: MergeConfig = { rule: "mean", optimizer };
  let model: Tensors = baseFor(config, deltas[0]?.map(() => 0) ?? []);
  return deltas.map((delta) => {
    model = mergeModel(model, contributions([delta]), config);
    return [...model.values];
  });
}

const rate = fc.double({ min: 1e-6, max: 1000, noNaN: true });
const beta = fc.oneof(fc.constantFrom(0, 0.5, 0.9, 0.99), fc.double({ min: 0, max: 0.999999, noNaN: true }));
const optimizers: fc.Arbitrary<OptimizerConfig> = fc.oneof(
  fc.record({ type: fc.constant("momentum" as const), learningRate: rate, momentum: beta }),
  fc.record({
    type: fc.constant("adam" as const),
    learningRate: rate,
    beta1: beta,
    beta2: beta,
    epsilon: fc.oneof(fc.constantFrom(1e-9, 0.001), fc.double({ min: 1e-12, max: 10, noNaN: true })),
  }),
);

/** Where a step starts from: anything, or such that the last digits on the way show. */
const elements = fc.oneof(
  fc.record({ w: float32, m: float32, v: float32.map(Math.abs) }),
  fc.constant("cancels" as const),
);

describe("merge: an optimizer", () => {
  it("steps by momentum as computed by hand, three rounds of two elements", () => {
    const deltas = [
      [1, -2],
      [0, 4],
      [2, 0],
    ];
    // Weights, then the momentum: 0.5 m + d; w + 2 m.
    assert.deepEqual(rounds(MOMENTUM, deltas), [
      [2, -4, 1, -2],
      [3, 2, 0.5, 3],
      [7.5, 5, 2.25, 1.5],
    ]);
  });

  it("steps by Adam as computed by hand, three rounds of two elements", () => {
    const deltas = [
      [4, 0],
      [-2, 4],
      [2, -2],
    ];
    // Weights, the mean, the mean of squares: 0.5 m + 0.5 d; 0.75 v + 0.25 d d; w + m / (sqrt(v) + 2).
    assert.deepEqual(rounds(ADAM, deltas), [
      [0.5, 0, 2, 0, 4, 0],
      [0.5, 0.5, 0, 2, 4, 4],
      [0.75, 0.5, 1, 0, 4, 4],
    ]);
  });

  it("follows the papers over 200 rounds, but for what float32 loses", () => {
    for (const optimizer of OPTIMIZERS) {
      const deltas = Array.from({ length: 200 }, (_, i) => [Math.sin(i), 0.01 * Math.cos(3 * i), 1e-3]);
      const [last] = rounds(optimizer, deltas).slice(-1);
      for (const element of [0, 1, 2]) {
        let expected: Element = { w: 0, m: 0, v: 0 };
        for (const delta of deltas) expected = naiveStep(optimizer, expected, delta[element] as number);
        const given = last?.[element] as number;
        const tolerance = 1e-4 * Math.max(1, Math.abs(expected.w));
        assert.ok(Math.abs(given - expected.w) < tolerance, `${JSON.stringify(optimizer)}: ${given}, ${expected.w}`);
      }
    }
  });

  it("agrees to the bit with exact fractions rounded by hand, whatever the values, or refuses what exceeds float32", () => {
    let merged = 0;
    fc.assert(
      fc.property(optimizers, elements, float32, (optimizer, element, d) => {
        const { w, m, v } = element === "cancels" ? cancelling(optimizer, d) : element;
        const given = optimizer.type === "adam" ? [w, m, v] : [w, m];
        const config: MergeConfig = { rule: "mean", optimizer };
        const weights = weightsOf([0]).specs;
        const base: Tensors = {
          specs: [...weights, ...stateSpecs(weights, optimizer)],
          values: Float32Array.from(given),
        };
        const expected = oracleStep(optimizer, given, d);
        for (const kernels of [undefined, wasmKernels]) {
          const step = () => mergeModel(base, contributions([[d]]), config, undefined, kernels).values;
          if (expected === undefined) assert.throws(step, code("MERGE_NOT_FINITE"));
          else assert.deepEqual(bitsOf(step()), bitsOf(Float32Array.from(expected)), `${[...step()]}, ${expected}`);
        }
        if (expected !== undefined) merged++;
      }),
      { numRuns: 4000 },
    );
    assert.ok(merged > 1000, `${merged}`);
  });

  const base = baseFor({ rule: "mean", optimizer: ADAM }, [1, 2], [0.5, 0.25]);
  const given = contributions([[1, 1]]);
  const adam: MergeConfig = { rule: "mean", optimizer: ADAM };
  const refused: [title: string, base: Tensors, config: MergeConfig, names: RegExp][] = [
    ["no state", weightsOf([1, 2]), adam, /~first\.v/],
    ["another optimizer's state", base, { rule: "mean", optimizer: MOMENTUM }, /~momentum\.v/],
    ["half of the state", { specs: base.specs.slice(0, 2), values: base.values.slice(0, 4) }, adam, /~second\.v/],
    ["state, where the merge has no optimizer", base, { rule: "mean" }, /member 0.*~first\.v/],
  ];
  for (const [title, from, config, names] of refused) {
    it(`MERGE_INPUT: a model with ${title}`, async () => {
      assert.throws(() => mergeModel(from, given, config), { code: "MERGE_INPUT", message: names });
    });
  }

  it("MERGE_INPUT: an update with state of its own", () => {
    const [one] = given;
    assert.throws(() => mergeModel(base, [{ ...one, member: 0, weight: 1, delta: base }], adam), {
      code: "MERGE_INPUT",
    });
  });

  it("MERGE_NOT_FINITE names the tensor that left float32: what was merged, the state, or the weights", async () => {
    const stream = (delta: number) => [{ member: 0, weight: 1, read: () => Float32Array.of(0, delta) }];
    const largest = 3.4028234663852886e38;
    const cases: [values: number[], delta: number, config: MergeConfig, says: RegExp][] = [
      [[0, 0, 0, 0, 0, 0], 1e30, adam, /"~second\.v" of the merged model has Infinity at element 1/],
      [[0, 0, 0, largest], largest, { rule: "mean", optimizer: MOMENTUM }, /"~momentum\.v" of the merged model/],
      [[0, largest, 0, largest], 0, { rule: "mean", optimizer: MOMENTUM }, /"v" of the merged model has Infinity at e/],
      [[0, 0, 0, 0, 0, -4], 0, adam, /"v" of the merged model has NaN at element 1/],
    ];
    for (const [values, delta, config, says] of cases) {
      const specs = values.length === 6 ? base.specs : baseFor(config, [0, 0]).specs;
      const from = { specs, values: Float32Array.from(values) };
      await assert.rejects(mergeBlocks(from, stream(delta), config), { code: "MERGE_NOT_FINITE", message: says });
    }
    const two = contributions([
      [0, largest],
      [0, largest],
    ]);
    const mean: MergeConfig = { rule: "mean", optimizer: MOMENTUM };
    assert.equal(
      mergeModel(baseFor(mean, [0, -largest]), two, { ...mean, optimizer: { ...MOMENTUM, learningRate: 1 } }).values[1],
      0,
    );
  });

  it("never gives -0, and changes neither base nor deltas", () => {
    for (const optimizer of OPTIMIZERS) {
      const config: MergeConfig = { rule: "mean", optimizer };
      const from = baseFor(config, [-0, -0, 1], [-0, 0, -0]);
      const before = bitsOf(from.values);
      const deltas = contributions([[-0, 0, -0]]);
      const { values } = mergeModel(from, deltas, config);
      assert.ok(
        values.every((value) => !Object.is(value, -0)),
        `${[...values]}`,
      );
      assert.deepEqual(bitsOf(from.values), before);
      assert.deepEqual([...(deltas[0]?.delta.values ?? [])], [-0, 0, -0]);
    }
  });
});
