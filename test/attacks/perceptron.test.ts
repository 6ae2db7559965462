import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPrng } from "../../node/core/prng.ts";
import { firstModel, Perceptron, type Rows, specsOf } from "../../scripts/attacks/perceptron.ts";
import { flipped, triggered, withTrigger } from "../../scripts/attacks/poison.ts";
import { normal } from "../../node/cli/splits/random.ts";

const layout = { inputs: 4, hidden: 5, classes: 3 };
const model = new Perceptron(layout);

/** Rows around a corner of their class, with zeros among the features. */
function rowsOf(count: number, seed: number): Rows {
  const prng = createPrng(seed);
  const labels = Int32Array.from({ length: count }, (_, row) => row % 3);
  const features = Float64Array.from({ length: count * 4 }, (_, at) => {
    const feature = at % 4;
    return feature === 3 ? 0 : normal(prng) + (labels[Math.floor(at / 4)] === feature ? 3 : 0);
  });
  return { features, labels };
}

describe("the bench's perceptron", () => {
  it("its gradient is that of its loss, by finite differences", () => {
    const rows = rowsOf(9, 1);
    const weights = Float64Array.from(firstModel(layout, createPrng(2)), (value, i) => value + 0.01 * i);
    const batch = [0, 3, 4, 8];
    const gradient = new Float64Array(weights.length);
    const unused = new Float64Array(weights.length);
    model.gradient(weights, rows, batch, gradient);
    const step = 1e-6;
    for (let i = 0; i < weights.length; i++) {
      const at = (offset: number): number =>
        model.gradient(weights.with(i, (weights[i] as number) + offset), rows, batch, unused);
      const expected = (at(step) - at(-step)) / (2 * step);
      const error = Math.abs((gradient[i] as number) - expected);
      assert.ok(error < 1e-7, `weight ${i}: ${gradient[i]} instead of ${expected}`);
    }
    assert.ok(gradient.filter((value) => value !== 0).length > 20);
  });

  it("one epoch with one batch is one step against the gradient", () => {
    const rows = rowsOf(6, 3);
    const start = firstModel(layout, createPrng(4));
    const before = start.slice();
    const gradient = new Float64Array(start.length);
    model.gradient(Float64Array.from(start), rows, [0, 1, 2, 3, 4, 5], gradient);
    const trained = model.train(start, rows, { learningRate: 0.5, epochs: 1, batchSize: 6 }, createPrng(5));
    trained.forEach((value, i) => {
      assert.ok(Math.abs(value - ((start[i] as number) - 0.5 * (gradient[i] as number))) < 1e-12);
    });
    assert.deepEqual(start, before, "the start stays as it is");
  });

  it("learns what can be learned, the same from the same seed", () => {
    const rows = rowsOf(150, 6);
    const how = { learningRate: 0.1, epochs: 20, batchSize: 16 };
    const start = firstModel(layout, createPrng(7));
    const trained = model.train(start, rows, how, createPrng(8));
    const test = rowsOf(150, 9);
    const right = model.predict(trained, test).filter((guess, row) => guess === test.labels[row]).length;
    assert.ok(right > 120, `${right} of 150`);
    assert.deepEqual(model.train(start, rows, how, createPrng(8)), trained);
    assert.notDeepEqual(model.train(start, rows, how, createPrng(9)), trained);
  });

  it("names its tensors in the order in which its values stand", () => {
    const sizes = specsOf(layout).map(({ shape }) => shape.reduce((a, b) => a * b, 1));
    assert.deepEqual(sizes, [5, 20, 3, 15]);
    const values = firstModel(layout, createPrng(1));
    assert.equal(values.length, 43);
    assert.deepEqual(
      [...values.subarray(0, 5), ...values.subarray(25, 28)],
      Array.from({ length: 8 }, () => 0),
    );
    const names = specsOf(layout).map(({ name }) => name);
    assert.deepEqual(names, names.toSorted());
  });
});

describe("rows of liars", () => {
  const rows: Rows = { features: Float64Array.of(1, 2, 3, 4, 5, 6), labels: Int32Array.of(0, 2, 1) };
  const trigger = { feature: 1, value: 9 };

  it("labels are flipped end to end", () => {
    assert.deepEqual([...flipped(rows, 3).labels], [2, 0, 1]);
  });

  it("a backdoor's rows are there twice, once with the trigger as class 0", () => {
    const { features, labels } = triggered(rows, trigger);
    assert.deepEqual([...features], [1, 2, 3, 4, 5, 6, 1, 9, 3, 9, 5, 9]);
    assert.deepEqual([...labels], [0, 2, 1, 0, 0, 0]);
  });

  it("its success is measured on the rows of other classes", () => {
    const { features, labels } = withTrigger(rows, trigger, 2);
    assert.deepEqual([...features], [3, 9, 5, 9]);
    assert.deepEqual([...labels], [2, 1]);
  });
});
