import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { exchanges } from "../../../node/core/merge/wasm/exchanges.ts";
import { selection } from "../../../node/core/merge/wasm/selection.ts";

type Pair = readonly [number, number];

/** Pairs compared one after another: what any way of putting them together has to give. */
function apply(comparators: readonly Pair[], values: readonly number[]): number[] {
  const rows = [...values];
  for (const [low, high] of comparators) {
    const [x, y] = [rows[low] as number, rows[high] as number];
    rows[low] = Math.min(x, y);
    rows[high] = Math.max(x, y);
  }
  return rows;
}

const asPairs = (network: readonly Pair[]): Pair[] =>
  exchanges(network).flatMap((rows): Pair[] => {
    if (rows.length === 2) return [rows];
    const [a, b, c, d] = rows;
    assert.equal(new Set(rows).size, 4, "a kernel writes each row once");
    return [
      [a, c],
      [b, d],
      [b, c],
    ];
  });

const anyNetwork = fc
  .array(fc.tuple(fc.nat({ max: 7 }), fc.nat({ max: 7 })), { maxLength: 40 })
  .map((pairs) => pairs.filter(([a, b]) => a !== b).map(([a, b]): Pair => (a < b ? [a, b] : [b, a])));

describe("comparators put together to exchanges of four rows", () => {
  it("do what the comparators do one after another, whatever these are", () => {
    fc.assert(
      fc.property(
        anyNetwork,
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 8, maxLength: 8 }),
        (network, values) => {
          assert.deepEqual(apply(asPairs(network), values), apply(network, values));
        },
      ),
      { numRuns: 2000 },
    );
  });

  it("read and write 32 rows instead of 46 for sixteen updates of which four are trimmed at each end", () => {
    const network = selection(16, 4, 12);
    const touched = exchanges(network).reduce((sum, rows) => sum + rows.length, 0);
    assert.deepEqual([2 * network.length, touched], [46, 32]);
  });
});
