import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { classWeights } from "../../node/adapters/data/classWeights.ts";
import { sigmoidCrossEntropy, softmaxCrossEntropy } from "../../node/adapters/tfjs/loss.ts";
import { documentWith } from "./support/document.ts";

const section = { format: "csv", features: ["a"], label: { column: "y", classes: ["0", "1", "2"] } };
const weightsOf = (given: unknown, labels: number[]): number[] | undefined => {
  const weights = classWeights(documentWith(section, { classWeights: given }), Int32Array.from(labels));
  return weights && [...weights];
};

test("balanced weights are scikit-learn's, of the classes that are there", () => {
  // compute_class_weight("balanced", classes=np.array([0, 1, 2]), y=[0, 0, 0, 0, 0, 1, 1, 2]) (scikit-learn 1.9.1)
  const wanted = [0.5333333333333333, 1.3333333333333333, 2.6666666666666665];
  for (const [i, weight] of (weightsOf("balanced", [0, 0, 0, 0, 0, 1, 1, 2]) ?? []).entries())
    assert.ok(Math.abs(weight - (wanted[i] as number)) < 1e-12);
  assert.deepEqual(weightsOf("balanced", [0, 0, 0, 2]), [4 / 6, 1, 2]);
  assert.deepEqual(weightsOf([1, 0.5, 3], [0, 1]), [1, 0.5, 3]);
  assert.equal(weightsOf(undefined, [0, 1]), undefined);
});

test("a row whose class weighs w counts as w rows, in loss and gradient, and as one in the mean", () => {
  const logit = fc.float({ min: -5, max: 5, noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(logit, logit, fc.nat(1)), { minLength: 1, maxLength: 8 }), fc.nat(4), (rows, w) => {
      const weights = Float64Array.of(1, w);
      const labels = Int32Array.from(rows, ([, , label]) => label);
      const each = rows.flatMap((row) => Array.from({ length: row[2] === 1 ? w : 1 }, () => row));
      const eachLabels = Int32Array.from(each, ([, , label]) => label);
      const close = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-5 * Math.max(1, Math.abs(a)), `${a} ${b}`);
      for (const [loss, logitsOf] of [
        [softmaxCrossEntropy, ([a, b]: number[]) => [a as number, b as number]],
        [sigmoidCrossEntropy, ([a]: number[]) => [a as number]],
      ] as const) {
        const weighted = loss(Float32Array.from(rows.flatMap(logitsOf)), labels, weights);
        const repeated = each.length === 0 ? 0 : loss(Float32Array.from(each.flatMap(logitsOf)), eachLabels).sum;
        close(weighted.sum, repeated);
        const plain = loss(Float32Array.from(rows.flatMap(logitsOf)), labels);
        const outputs = weighted.gradient.length / rows.length;
        for (const [i, value] of plain.gradient.entries())
          close(weighted.gradient[i] as number, value * (weights[labels[Math.floor(i / outputs)] as number] as number));
      }
    }),
  );
});
