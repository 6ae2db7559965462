import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { calibrationBins, expectedCalibrationError } from "../../../node/core/figures/calibration.ts";
import { confusionMatrix, perClass } from "../../../node/core/figures/confusion.ts";
import { csvLine } from "../../../node/core/figures/csvLine.ts";
import { rocCurve, withoutStraight, type RocPoint } from "../../../node/core/figures/rocCurve.ts";
import { wilsonInterval } from "../../../node/core/figures/wilson.ts";
import { rocAuc } from "../../../node/core/metrics.ts";

const scored = fc.array(fc.record({ score: fc.constantFrom(0, 0.1, 0.25, 0.5, 0.9, 1), positive: fc.boolean() }), {
  minLength: 1,
  maxLength: 60,
});

/** By the trapezoidal rule. */
const areaUnder = (points: readonly RocPoint[]): number =>
  points.slice(1).reduce((sum, point, i) => {
    const before = points[i] as RocPoint;
    const width = point.falsePositiveRate - before.falsePositiveRate;
    return sum + (width * (point.truePositiveRate + before.truePositiveRate)) / 2;
  }, 0);

test("the area under the curve is that of counting pairs, also once straight stretches are left out", () => {
  fc.assert(
    fc.property(scored, (rows) => {
      const scores = Float64Array.from(rows, ({ score }) => score);
      const isPositive = (row: number): boolean => rows[row]?.positive === true;
      const points = rocCurve(scores, isPositive);
      const area = rocAuc(scores, isPositive);
      assert.equal(points === undefined, area === undefined);
      if (points === undefined || area === undefined) return;
      assert.ok(Math.abs(areaUnder(points) - area) < 1e-12);
      assert.ok(Math.abs(areaUnder(withoutStraight(points)) - area) < 1e-12);
      assert.deepEqual([points[0]?.falsePositiveRate, points.at(-1)?.truePositiveRate], [0, 1]);
    }),
  );
});

test("every row is in the bin that its confidence belongs to, and the error is at most 1", () => {
  const row = fc.record({ confidence: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() });
  fc.assert(
    fc.property(fc.array(row, { minLength: 1, maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (rows, count) => {
      const confidences = Float64Array.from(rows, ({ confidence }) => confidence);
      const bins = calibrationBins(confidences, (i) => rows[i]?.right === true, count);
      for (const [i, { from, to, rows: own, confidence }] of bins.entries()) {
        // Edges are computed in another way here than there: a confidence on one may count to either side.
        const near = 1e-12;
        const inside = [...confidences].filter((value) => (i === 0 || value > from + near) && value <= to - near);
        const around = [...confidences].filter((value) => (i === 0 || value > from - near) && value <= to + near);
        assert.ok(own >= inside.length && own <= around.length);
        assert.equal(confidence === undefined, own === 0);
      }
      assert.equal(
        bins.reduce((sum, bin) => sum + bin.rows, 0),
        rows.length,
      );
      const error = expectedCalibrationError(bins);
      assert.ok(error >= 0 && error <= 1);
    }),
  );
});

test("recall and precision are those of counting rows", () => {
  const row = fc.record({ actual: fc.nat(3), predicted: fc.nat(3) });
  fc.assert(
    fc.property(fc.array(row, { maxLength: 40 }), (rows) => {
      const matrix = confusionMatrix(
        rows.map(({ actual }) => actual),
        rows.map(({ predicted }) => predicted),
        4,
      );
      for (const [label, { precision, recall, support }] of perClass(matrix).entries()) {
        const of = rows.filter(({ actual }) => actual === label);
        const taken = rows.filter(({ predicted }) => predicted === label);
        const right = of.filter(({ predicted }) => predicted === label).length;
        assert.equal(support, of.length);
        assert.equal(recall, of.length === 0 ? 0 : right / of.length);
        assert.equal(precision, taken.length === 0 ? 0 : right / taken.length);
      }
    }),
  );
});

test("an interval holds the share it is about, stays within 0 to 1 and narrows with more rows", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), fc.double({ min: 0, max: 1, noNaN: true }), (rows, share) => {
      const right = Math.round(rows * share);
      const { low, high } = wilsonInterval(right, rows);
      assert.ok(low >= 0 && high <= 1 && low <= right / rows && high >= right / rows);
      const more = wilsonInterval(10 * right, 10 * rows);
      assert.ok(more.high - more.low < high - low);
    }),
  );
});

test("what is written as CSV is read back, whatever stands in a cell", () => {
  const cell = fc.oneof(fc.string(), fc.constantFrom('"', ",", "\n", "\r\n", " a ", "ä", "=1+1"));
  fc.assert(
    fc.property(fc.array(cell, { minLength: 2, maxLength: 6 }), (cells) => {
      assert.deepEqual(parse(csvLine(cells), { relax_column_count: true }), [cells]);
    }),
  );
  assert.equal(csvLine(["x", 1 / 3, 0, 1e-20]), "x,0.333333333,0,1e-20\n");
});
