import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { linearScale, shortNumber } from "../../../node/cli/charts/scale.ts";
import { thin } from "../../../node/cli/charts/thin.ts";
import { timeFormat, timeScale } from "../../../node/cli/charts/timeScale.ts";

const finite = fc.double({ noNaN: true, min: -1e12, max: 1e12 });

test("any values lie within their axis, between two and a dozen ticks that rise by equal steps", () => {
  fc.assert(
    fc.property(fc.array(finite, { maxLength: 20 }), fc.boolean(), (values, whole) => {
      const { min, max, ticks, at } = linearScale(values, { whole }, [0, 100]);
      assert.ok(max > min);
      assert.ok(ticks.length >= 1 && ticks.length <= 12, `${ticks.length} ticks`);
      if (whole) assert.ok(ticks.every(Number.isInteger));
      for (const value of [...values, ...ticks]) assert.ok(at(value) >= -1e-6 && at(value) <= 100 + 1e-6);
    }),
  );
});

test("axes with given ends keep them", () => {
  const { min, max, ticks } = linearScale([40, 60], { min: 0, max: 100 }, [0, 1]);
  assert.deepEqual([min, max, ticks], [0, 100, [0, 20, 40, 60, 80, 100]]);
});

test("numbers at ticks are short", () => {
  assert.deepEqual([0, 0.25, 950, 9999, 12_000, 3e7, 1.5e-7, -20_500].map(shortNumber), [
    "0",
    "0.25",
    "950",
    "9,999",
    "12 k",
    "30 M",
    "1.5e-7",
    "-20.5 k",
  ]);
});

test("a thinned line keeps its ends, its lowest and its highest point, and gaps", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(finite, fc.constant(Number.NaN)), { minLength: 1, maxLength: 600 }), (ys) => {
      const points = ys.map((y, x): [number, number] => [x, y]);
      const kept = thin(points, 40);
      assert.ok(kept.length <= Math.max(40, 50));
      assert.deepEqual([kept[0], kept.at(-1)], [points[0], points.at(-1)]);
      const real = ys.filter(Number.isFinite);
      const keptReal = kept.map(([, y]) => y).filter(Number.isFinite);
      assert.equal(Math.min(...keptReal), Math.min(...real));
      assert.equal(Math.max(...keptReal), Math.max(...real));
      assert.equal(
        kept.some(([, y]) => Number.isNaN(y)),
        real.length < ys.length,
      );
      assert.ok(kept.every(([x], i) => i === 0 || x > (kept[i - 1]?.[0] as number)));
    }),
  );
});

test("ticks of time are at round times, written as time of day or as day", () => {
  const start = Date.parse("2027-03-01T10:00:07Z") / 1000;
  const minutes = timeScale(start, start + 300, [0, 1]);
  assert.deepEqual(minutes.ticks.map(timeFormat(minutes)), ["10:01", "10:02", "10:03", "10:04", "10:05"]);
  const days = timeScale(start, start + 4 * 86_400, [0, 1]);
  assert.deepEqual(days.ticks.map(timeFormat(days)), ["2027-03-02", "2027-03-03", "2027-03-04", "2027-03-05"]);
  const night = timeScale(start + 43_200, start + 64_800, [0, 1]);
  assert.deepEqual(night.ticks.map(timeFormat(night))[0], "03-01 23:00");
});
