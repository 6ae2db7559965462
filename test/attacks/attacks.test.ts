import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPrng } from "../../node/core/prng.ts";
import { type AttackName, attackNames, attacks, type Scene } from "../../scripts/attacks/attacks.ts";
import { lineSearch } from "../../scripts/attacks/lineSearch.ts";
import { deviationOf, distance, meanOf } from "../../scripts/attacks/vectors.ts";

const honest = [
  [1, 0, 2],
  [3, 0, 4],
  [2, 3, 0],
  [2, 1, 10],
].map((values) => Float32Array.from(values));
const own = [
  [5, 6, 7],
  [7, 6, 5],
].map((values) => Float32Array.from(values));
const MEAN = [2, 1, 4];

/** The mean of all: what an attacker moves most by going as far as it can. */
function scene(overrides: Partial<Scene> = {}): Scene {
  const merge: Scene["merge"] = (updates) => {
    assert.equal(updates.length, honest.length + 2, "as many as the swarm has members");
    return Float32Array.from(meanOf(updates));
  };
  return { honest, own, faulty: 2, merge, memory: {}, prng: createPrng(1), ...overrides };
}

const forged = (name: AttackName, given = scene()): number[][] =>
  attacks[name].forge(given).map((update) => [...update]);

describe("attacks", () => {
  it("each sends one update for each liar, finite, of the model's length", () => {
    for (const name of attackNames) {
      const updates = forged(name);
      assert.equal(updates.length, 2, name);
      for (const update of updates) assert.ok(update.length === 3 && update.every(Number.isFinite), name);
    }
  });

  it("sign flips are the opposite of the honest mean, as it is and ten times", () => {
    assert.deepEqual(forged("signFlip"), [MEAN.map((value) => -value), MEAN.map((value) => -value)]);
    assert.deepEqual(
      forged("signFlip10")[1],
      MEAN.map((value) => -10 * value),
    );
  });

  it("noise is each liar's own, around the mean, ten times as wide as the honest differ", () => {
    const many = forged("gaussian", scene({ faulty: 2000 }));
    assert.notDeepEqual(many[0], many[1]);
    const width = (10 * deviationOf(honest).reduce((a, b) => a + b, 0)) / 3;
    const vectors = many.map((values) => Float32Array.from(values));
    meanOf(vectors).forEach((value, i) => assert.ok(Math.abs(value - (MEAN[i] as number)) < width / 10));
    for (const deviation of deviationOf(vectors)) assert.ok(Math.abs(deviation / width - 1) < 0.1);
  });

  it("a mimic copies the one that was farthest in the first round, and stays with it", () => {
    const memory = {};
    assert.deepEqual(forged("mimic", scene({ memory }))[0], [2, 1, 10]);
    assert.deepEqual(forged("mimic", scene({ memory, honest: honest.toReversed() }))[0], [1, 0, 2]);
  });

  it("ALIE goes off the mean along the deviation, IPM along its opposite, to where the merge moves most", () => {
    const deviation = deviationOf(honest);
    const [alie] = forged("alie") as [number[]];
    alie.forEach((value, i) => {
      assert.ok(Math.abs(value - ((MEAN[i] as number) - 10 * (deviation[i] as number))) < 1e-5);
    });
    assert.deepEqual(
      forged("ipm")[0],
      MEAN.map((value) => -19 * value),
    );
  });

  it("they search with the task's rule: where far updates are left out, they stay near", () => {
    const merge: Scene["merge"] = (updates) => {
      const near = updates.filter((update) => distance(update, MEAN) < 8);
      return Float32Array.from(meanOf(near));
    };
    const [update] = forged("ipm", scene({ merge })) as [number[]];
    const moved = distance(update, MEAN);
    assert.ok(moved > 6 && moved < 8, `${moved}`);
  });

  it("blind ones know their own updates only", () => {
    const others = scene({ honest: honest.map((update) => update.map((value) => 100 * value)) });
    for (const name of ["alieBlind", "ipmBlind"] as const) assert.deepEqual(forged(name, others), forged(name));
    assert.deepEqual(forged("ipmBlind")[0], [-114, -114, -114]);
  });
});

describe("line search", () => {
  it("refines twice around the best of the first values", () => {
    assert.equal(
      lineSearch([0, 4, 8], (x) => -((x - 5) ** 2)),
      5,
    );
    assert.equal(
      lineSearch([1, 2], (x) => x),
      2,
    );
    assert.equal(
      lineSearch([3], () => 0),
      3,
    );
  });

  it("never takes what has no harm to speak of, such as a merge that failed", () => {
    assert.equal(
      lineSearch([1, 2, 3], (x) => (x > 1 ? Number.NaN : 1)),
      1,
    );
  });
});
