import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CLASSES, dealByDigit, holdOut, labelOf, readDigits } from "../../scripts/experiments/digits.ts";

const { rows } = await readDigits();

/** How far the sites' shares of digits are from those of all rows: 0 where all are alike, at most 2. */
function unlikeness(parts: readonly string[][]): number {
  const shares = (part: readonly string[]) =>
    Array.from({ length: CLASSES }, (_, digit) => part.filter((row) => labelOf(row) === digit).length / part.length);
  const all = shares(parts.flat());
  const each = parts.map((part) =>
    shares(part).reduce((sum, share, digit) => sum + Math.abs(share - (all[digit] ?? 0)), 0),
  );
  return each.reduce((sum, value) => sum + value, 0) / parts.length;
}

describe("splits of the digits", () => {
  it("hold a fifth of the rows out, another one for another seed, and lose none", () => {
    const { train, test } = holdOut(rows, 1);
    assert.equal(test.length, 359);
    assert.deepEqual([...train, ...test].toSorted(), rows.toSorted());
    assert.deepEqual(holdOut(rows, 1).test, test);
    assert.notDeepEqual(holdOut(rows, 2).test, test);
  });

  it("give each row to one site, and every site the least number", () => {
    const parts = dealByDigit(rows, { sites: 7, alpha: 0.3, seed: 4, least: 60 });
    assert.equal(parts.length, 7);
    assert.deepEqual(parts.flat().toSorted(), rows.toSorted());
    assert.ok(parts.every(({ length }) => length >= 60));
    assert.deepEqual(dealByDigit(rows, { sites: 7, alpha: 0.3, seed: 4, least: 60 }), parts);
  });

  it("make sites the less alike the smaller alpha is", () => {
    const means = [0.2, 1, 10, Infinity].map((alpha) => {
      const seeds = [1, 2, 3, 4, 5];
      const each = seeds.map((seed) => unlikeness(dealByDigit(rows, { sites: 5, alpha, seed, least: 40 })));
      return each.reduce((sum, value) => sum + value, 0) / seeds.length;
    });
    assert.deepEqual(
      means,
      means.toSorted((a, b) => b - a),
    );
    assert.ok((means[3] ?? 1) < 0.02 && (means[0] ?? 0) > 1, means.join(" "));
  });
});
