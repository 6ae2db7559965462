import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { classificationFigures, rocAuc } from "../../node/core/metrics.ts";

const near = (actual: number | undefined, expected: number) =>
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-7, `${actual} is not ${expected}`);

// Reference values by scikit-learn 1.7.2:
//   logits = np.array([[1.5,-0.5,0.25],[0.1,0.2,0.3],[-1,2,0.5],[0.7,0.7,-2],[3,-1,1],[0.2,0.1,0.4]]); labels = [0,2,1,1,0,0]
//   p = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
//   log_loss(labels, p), accuracy_score(labels, p.argmax(1)), roc_auc_score(labels, p, multi_class='ovr', average='macro')
test("three classes: loss, accuracy and macro AUC as scikit-learn has them", () => {
  const logits = Float32Array.of(1.5, -0.5, 0.25, 0.1, 0.2, 0.3, -1, 2, 0.5, 0.7, 0.7, -2, 3, -1, 1, 0.2, 0.1, 0.4);
  const figures = classificationFigures(logits, [0, 2, 1, 1, 0, 0], 3);
  assert.equal(figures.rows, 6);
  near(figures.loss, 0.6006943999004454);
  near(figures.accuracy, 0.6666666666666666);
  near(figures.auc, 0.8962962962962964);
});

//   s = [0.5,0.5,-1,2,0.5,3,-1,0.25]; y = [1,0,0,1,1,1,1,0]; q = 1 / (1 + np.exp(-s))
//   log_loss(y, q), accuracy_score(y, s > 0), roc_auc_score(y, s)
test("a sigmoid over two classes with ties, and the same as two logits", () => {
  const scores = [0.5, 0.5, -1, 2, 0.5, 3, -1, 0.25];
  const labels = [1, 0, 0, 1, 1, 1, 1, 0];
  const sigmoid = classificationFigures(Float32Array.from(scores), labels, 1);
  near(sigmoid.loss, 0.5687761387590404);
  near(sigmoid.accuracy, 0.625);
  near(sigmoid.auc, 0.7666666666666667);
  const softmax = classificationFigures(Float32Array.from(scores.flatMap((score) => [0, score])), labels, 2);
  assert.deepEqual(softmax, sigmoid);
});

test("the area is that of counting every pair", () => {
  const row = fc.record({ score: fc.constantFrom(-2, -0.5, 0, 0.25, 1, 7), positive: fc.boolean() });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (rows) => {
      const pairs = rows
        .filter((a) => a.positive)
        .flatMap((a) =>
          rows.filter((b) => !b.positive).map((b) => (a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0)),
        );
      const area = rocAuc(
        Float64Array.from(rows, ({ score }) => score),
        (i) => rows[i]?.positive === true,
      );
      if (pairs.length === 0) return area === undefined;
      near(area, pairs.reduce<number>((sum, value) => sum + value, 0) / pairs.length);
      return true;
    }),
  );
});

test("probabilities that saturate still rank, and their loss stays finite", () => {
  const logits = Float32Array.of(0, 400, 0, 300, 0, 200, 0, 100);
  const { auc, loss } = classificationFigures(logits, [1, 1, 0, 0], 2);
  assert.equal(auc, 1);
  assert.equal(loss, (200 + 100) / 4);
});

test("there is no area where one class is absent, nor from a model that overflowed", () => {
  assert.equal("auc" in classificationFigures(Float32Array.of(1, 2, 3), [1, 1, 1], 1), false);
  const broken = classificationFigures(Float32Array.of(Number.NaN, 2, 3, Infinity), [1, 0, 1, 0], 1);
  assert.equal("auc" in broken, false);
  assert.ok(Number.isNaN(broken.loss));
});

test("over more classes the mean is over those that occur", () => {
  const logits = Float32Array.of(2, 1, 0, 1, 2, 0, 2, 0, 1);
  assert.equal(classificationFigures(logits, [0, 1, 0], 3).auc, 1);
});
