import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { createPrng, shuffle } from "../../node/core/prng.ts";

const first = (...seed: number[]) => {
  const prng = createPrng(...seed);
  return Array.from({ length: 4 }, () => prng.uint32());
};

test("the same seed gives the same numbers; order, number and value of seed words all count", () => {
  assert.deepEqual(first(1, 2), first(1, 2));
  const seeds = [[], [0], [0, 0], [1], [1, 2], [2, 1], [1, 2, 0], [4294967295]];
  assert.equal(new Set(seeds.map((seed) => first(...seed).join())).size, seeds.length);
});

test("numbers stay in their range and fill it evenly", () => {
  const prng = createPrng(42);
  const counts = new Uint32Array(10);
  for (let i = 0; i < 50_000; i++) {
    const value = prng.float();
    assert.ok(value >= 0 && value < 1 && Math.fround(value) === value);
    const bucket = prng.below(10);
    counts[bucket] = (counts[bucket] ?? 0) + 1;
  }
  // 5000 each; six standard deviations are 402.
  assert.ok(
    counts.every((count) => Math.abs(count - 5000) < 402),
    `${counts}`,
  );
});

test("a shuffle keeps all values, and every order of three comes up as often", () => {
  fc.assert(
    fc.property(fc.array(fc.integer(), { maxLength: 50 }), fc.nat(), (values, seed) => {
      const shuffled = shuffle([...values], createPrng(seed));
      assert.deepEqual(
        shuffled.toSorted((a, b) => a - b),
        values.toSorted((a, b) => a - b),
      );
    }),
  );
  const prng = createPrng(7);
  const counts = new Map<string, number>();
  for (let i = 0; i < 6000; i++) {
    const order = shuffle([1, 2, 3], prng).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 6);
  assert.ok(
    [...counts.values()].every((count) => Math.abs(count - 1000) < 174),
    JSON.stringify([...counts]),
  );
});
