import assert from "node:assert/strict";
import { test } from "node:test";
import { growth, median, overlap, touches } from "../../scripts/soak/statistics.ts";

const line = (count: number, value: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => ({ at: i * 5, value: value(i) }));

test("a median is the middle one, of two the lower; of nothing none", () => {
  assert.equal(median([5, 1, 9]), 5);
  assert.equal(median([4, 1, 9, 3]), 3);
  assert.ok(Number.isNaN(median([])));
});

test("growth compares the last part of the time with the first, by medians", () => {
  const grown = growth(
    line(101, (i) => 100 + i),
    0.25,
    60,
  );
  assert.deepEqual(grown && [grown.first, grown.last], [112, 187]);
  assert.ok(Math.abs((grown?.share ?? 0) - 75 / 112) < 1e-12);
});

test("a few figures far off change nothing", () => {
  const level = growth(
    line(100, (i) => (i % 9 === 0 ? 500 : 100)),
    0.25,
    60,
  );
  assert.deepEqual(level, { first: 100, last: 100, share: 0 });
});

test("too short a time says nothing", () => {
  assert.equal(
    growth(
      line(10, () => 1),
      0.5,
      60,
    ),
    undefined,
  );
  assert.equal(growth([], 0.5, 0), undefined);
});

test("overlapping spans are counted once", () => {
  const others = [
    { from: 4, to: 8 },
    { from: 1, to: 3 },
    { from: 2, to: 5 },
    { from: 20, to: 30 },
  ];
  assert.equal(overlap({ from: 0, to: 10 }, others), 7);
  assert.equal(overlap({ from: 2.5, to: 3.5 }, others), 1);
  assert.equal(overlap({ from: 9, to: 19 }, others), 0);
  assert.equal(overlap({ from: 25, to: Number.POSITIVE_INFINITY }, others), 5);
});

test("spans touch where they have a moment in common", () => {
  assert.ok(touches({ from: 0, to: 2 }, { from: 2, to: 3 }));
  assert.ok(!touches({ from: 0, to: 2 }, { from: 2.1, to: 3 }));
});
