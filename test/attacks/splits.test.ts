import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPrng } from "../../node/core/prng.ts";
import { holdOut } from "../../node/cli/splits/holdOut.ts";
import { labelSkew } from "../../node/cli/splits/labelSkew.ts";
import { dirichlet, gamma, normal } from "../../node/cli/splits/random.ts";

const CLASSES = 5;
const labels = Array.from({ length: 1000 }, (_, row) => row % CLASSES);
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const ascending = (a: number, b: number): number => a - b;

/** How far sites' classes are from all rows' classes: half the sum of differences of shares, mean over sites. */
function skew(parts: number[][]): number {
  const shares = parts.map((part) =>
    Array.from({ length: CLASSES }, (_, label) => part.filter((row) => labels[row] === label).length / part.length),
  );
  return mean(shares.map((site) => site.reduce((sum, share) => sum + Math.abs(share - 1 / CLASSES), 0) / 2));
}

describe("splits with label skew", () => {
  it("every row is at one site, and no site has fewer than the least", () => {
    for (const alpha of [0.1, 0.3, 1, 1000]) {
      const parts = labelSkew(labels, { sites: 10, alpha, seed: 4 });
      assert.equal(parts.length, 10);
      assert.deepEqual(parts.flat().sort(ascending), [...labels.keys()]);
      for (const part of parts) {
        assert.ok(part.length >= 32, `${part.length} at alpha ${alpha}`);
        assert.deepEqual(part, part.toSorted(ascending));
      }
    }
  });

  it("rows are moved where draws leave sites too small, up to all having the same", () => {
    const parts = labelSkew(labels, { sites: 10, alpha: 0.3, seed: 1, least: 100 });
    assert.deepEqual(
      parts.map((part) => part.length),
      Array.from({ length: 10 }, () => 100),
    );
    assert.ok(skew(parts) > 0.3, "and skew stays");
  });

  it("follows from the seed", () => {
    const of = (seed: number): number[][] => labelSkew(labels, { sites: 7, alpha: 1, seed });
    assert.deepEqual(of(1), of(1));
    assert.notDeepEqual(of(1), of(2));
  });

  it("a smaller alpha makes sites differ more", () => {
    const at = (alpha: number): number =>
      mean([1, 2, 3, 4].map((seed) => skew(labelSkew(labels, { sites: 5, alpha, seed }))));
    const [alike, skewed, very] = [at(1000), at(1), at(0.1)];
    assert.ok(alike < 0.05 && alike < skewed && skewed < very, `${alike} ${skewed} ${very}`);
  });

  it("too few rows for the sites are refused", () => {
    assert.throws(() => labelSkew(labels.slice(0, 319), { sites: 10, alpha: 1, seed: 1 }), { code: "USAGE_INVALID" });
    assert.equal(labelSkew(labels.slice(0, 320), { sites: 10, alpha: 1, seed: 1 }).length, 10);
  });

  it("a hold-out has its share of each class, and nothing of what is trained on", () => {
    const { training, heldOut } = holdOut(labels, 0.25, 3);
    assert.deepEqual([...training, ...heldOut].sort(ascending), [...labels.keys()]);
    for (let label = 0; label < CLASSES; label++)
      assert.equal(heldOut.filter((row) => labels[row] === label).length, 50);
    assert.notDeepEqual(heldOut, holdOut(labels, 0.25, 4).heldOut);
  });
});

describe("what splits are drawn from", () => {
  const prng = createPrng(9);
  const draw = (count: number, from: () => number): number[] => Array.from({ length: count }, from);
  const variance = (values: number[]): number => {
    const middle = mean(values);
    return mean(values.map((value) => (value - middle) ** 2));
  };

  it("the normal distribution has mean 0 and variance 1", () => {
    const values = draw(20_000, () => normal(prng));
    assert.ok(Math.abs(mean(values)) < 0.03 && Math.abs(variance(values) - 1) < 0.05);
  });

  it("the gamma distribution has its shape as mean and variance, below 1 too", () => {
    for (const shape of [0.3, 1, 4]) {
      const values = draw(20_000, () => gamma(shape, prng));
      assert.ok(Math.abs(mean(values) / shape - 1) < 0.06, `${shape}: ${mean(values)}`);
      assert.ok(Math.abs(variance(values) / shape - 1) < 0.15, `${shape}: ${variance(values)}`);
    }
  });

  it("Dirichlet shares add up to 1, and their variance is that of the distribution", () => {
    const [count, alpha] = [10, 0.3];
    const all = Array.from({ length: 3000 }, () => dirichlet(count, alpha, prng));
    for (const shares of all) assert.ok(Math.abs(shares.reduce((a, b) => a + b, 0) - 1) < 1e-12);
    const expected = ((1 / count) * (1 - 1 / count)) / (count * alpha + 1);
    assert.ok(Math.abs(variance(all.flat()) / expected - 1) < 0.1);
  });

  it("a tiny alpha gives everything to one, and no NaN", () => {
    const shares = dirichlet(4, 0.001, prng);
    assert.ok(Math.max(...shares) > 0.99 && shares.every(Number.isFinite));
  });
});
