import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { SwarmError } from "../../../node/core/errors.ts";
import { clipToNorm } from "../../../node/core/privacy/clipping.ts";
import { RECORDS_FLOOR, share } from "../../../node/core/privacy/share.ts";
import { squaredNorm } from "../../../node/core/squaredNorm.ts";
import { float32 } from "../merge/oracle.ts";

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof SwarmError, String(error));
  assert.equal(error.code, expected, error.message);
  return true;
};
const deltaOf = (...values: number[]) => ({
  specs: [{ name: "v", shape: [values.length] }],
  values: Float32Array.from(values),
});
const vectors = fc.array(float32, { minLength: 1, maxLength: 40 }).map((list) => Float32Array.from(list));
const bounds = fc.oneof(
  fc.double({ min: 1e-3, max: 1e6, noNaN: true }),
  fc.double({ min: 1e-44, max: 1e-30, noNaN: true }),
  fc.constantFrom(0.3, 1, 2, 1e-45, 1e-150, 1e100),
);

describe("share: what may leave a node", () => {
  it("refuses deltas of fewer than 32 records whatever the task says", () => {
    for (const minRecords of [0, 1, RECORDS_FLOOR]) {
      assert.equal(share(deltaOf(1), { samples: 32, minRecords }).values[0], 1);
      assert.throws(() => share(deltaOf(1), { samples: 31, minRecords }), code("PRIVACY_TOO_FEW_RECORDS"));
    }
    assert.throws(() => share(deltaOf(1), { samples: 99, minRecords: 100 }), code("PRIVACY_TOO_FEW_RECORDS"));
    assert.throws(() => share(deltaOf(1), { samples: NaN, minRecords: 32 }), code("PRIVACY_TOO_FEW_RECORDS"));
  });

  it("refuses values that are not finite", () => {
    for (const value of [NaN, Infinity, -Infinity]) {
      for (const clip of [{}, { clipNorm: 1 }]) {
        assert.throws(
          () => share(deltaOf(1, value), { samples: 50, minRecords: 32, ...clip }),
          code("PRIVACY_NOT_FINITE"),
        );
      }
    }
  });

  it("normalizes -0, clips, and leaves its argument alone", () => {
    const delta = deltaOf(-0, 3, 4);
    assert.deepEqual([...share(delta, { samples: 50, minRecords: 32 }).values], [0, 3, 4]);
    const clipped = share(delta, { samples: 50, minRecords: 32, clipNorm: 1 }).values;
    assert.ok(squaredNorm(clipped) <= 1 && squaredNorm(clipped) > 0.999999);
    assert.deepEqual([...delta.values], [-0, 3, 4]);
  });
});

describe("clipToNorm", () => {
  it("never exceeds the bound as receivers compute it, and is not shorter than float32 needs", () => {
    fc.assert(
      fc.property(vectors, bounds, (values, bound) => {
        const clipped = clipToNorm(values, bound);
        assert.ok(squaredNorm(clipped) <= bound * bound);
        if (squaredNorm(values) <= bound * bound) assert.equal(clipped, values);
        // Each value loses at most one float32 step; above denormals that is 2^-23 of it.
        else if (bound > 1e-30)
          assert.ok(Math.sqrt(squaredNorm(clipped)) >= bound * (1 - 2 ** -22) - values.length * 2 ** -149);
        for (let i = 0; i < values.length; i++) {
          assert.ok(Math.abs(clipped[i] as number) <= Math.abs(values[i] as number));
          assert.ok((clipped[i] as number) * (values[i] as number) >= 0);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("stays within a bound that rounding to nearest would exceed", () => {
    const values = Float32Array.from({ length: 1000 }, () => 0.1);
    const careless = (bound: number) => {
      const scale = bound / Math.sqrt(squaredNorm(values));
      return squaredNorm(values.map((value) => value * scale)) > bound * bound;
    };
    const needCare = Array.from({ length: 50 }, (_, i) => 0.3 + i / 100).filter(careless);
    assert.ok(needCare.length > 5);
    for (const bound of needCare) assert.ok(squaredNorm(clipToNorm(values, bound)) <= bound * bound);
  });

  it("refuses bounds that mean nothing", () => {
    for (const bound of [0, -1, NaN, Infinity, 1e-200, 1e200]) {
      assert.throws(() => clipToNorm(Float32Array.of(1), bound), code("PRIVACY_BOUND"));
    }
  });
});
