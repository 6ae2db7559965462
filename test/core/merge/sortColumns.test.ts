import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { network, sortColumns } from "../../../node/core/merge/sortColumns.ts";

describe("sortColumns", () => {
  it("sorts every input of zeros and ones, and so (by the 0-1 principle) every input, up to 12 columns", () => {
    for (let n = 1; n <= 12; n++) {
      const inputs = 2 ** n;
      const columns = Array.from({ length: n }, (_, j) =>
        Float64Array.from({ length: inputs }, (_, i) => (i >> j) & 1),
      );
      sortColumns(columns);
      for (let j = 1; j < n; j++)
        assert.ok(
          columns[j]?.every((value, i) => value >= (columns[j - 1]?.[i] as number)),
          `n = ${n}`,
        );
      const ones = (i: number) => columns.reduce((sum, column) => sum + (column[i] as number), 0);
      for (let i = 0; i < inputs; i++) assert.equal(ones(i), i.toString(2).replaceAll("0", "").length);
    }
  });

  it("sorts many columns as Array.sort does", () => {
    fc.assert(
      fc.property(fc.array(fc.integer(), { minLength: 1, maxLength: 256 }), (values) => {
        const columns = values.map((value) => Float64Array.of(value));
        sortColumns(columns);
        assert.deepEqual(
          columns.map((column) => column[0]),
          values.toSorted((a, b) => a - b),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("takes the comparisons that are known for Batcher's network", () => {
    // Knuth, The Art of Computer Programming 3, 5.3.4: 4 -> 5, 8 -> 19, 16 -> 63.
    assert.deepEqual(
      [4, 8, 16].map((n) => network(n).length),
      [5, 19, 63],
    );
  });
});
