import assert from "node:assert/strict";
import { test } from "node:test";
import { exportedModel } from "../../node/core/formats/exported.ts";
import { normalizeRows } from "../../node/core/statistics/rows.ts";
import { MEAN, SQUARE } from "../../node/core/statistics/tensors.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { Weights } from "../../node/core/weights.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";

const low = [10, -5, 0];
const high = [20, 5, 400];
const document = taskDocument({ data: { ...taskInput().data, normalize: { agreed: { low, high } } } });
const mean = Float32Array.of(0.25, 0.5, 0.125);
const square = Float32Array.of(0.1, 0.3, 0.02);

function withStatistics({ specs, values }: Weights): Weights {
  const copy = values.slice();
  let start = 0;
  for (const { name, shape } of specs) {
    if (name === MEAN) copy.set(mean, start);
    if (name === SQUARE) copy.set(square, start);
    start += shape.reduce((product, side) => product * side, 1);
  }
  return { specs, values: copy };
}

test("an exported model normalizes rows as they stand in the file by the statistics that are in the model", () => {
  const weights = withStatistics(initialWeights(document, 1));
  const { normalization } = exportedModel({ document, weights, bare: false, about: {} });
  const row = [12.5, 3, 90];
  const scaled = Float32Array.from(row, (value, i) => (value - (low[i] ?? 0)) / ((high[i] ?? 0) - (low[i] ?? 0)));
  const expected = normalizeRows(scaled, mean, square);
  assert.deepEqual(normalization?.shape, [3]);
  for (const [i, value] of row.entries()) {
    const given = (value - (normalization?.mean[i] ?? 0)) / (normalization?.std[i] ?? 0);
    assert.ok(Math.abs(given - (expected[i] ?? 0)) < 1e-5, `${given} instead of ${expected[i]}`);
  }
});

test("a bare export leaves that to its caller", () => {
  const weights = withStatistics(initialWeights(document, 1));
  assert.equal(exportedModel({ document, weights, bare: true, about: {} }).normalization, undefined);
});
