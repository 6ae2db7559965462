import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { progressOf, type StoppingRule } from "../../../node/core/stopping/progress.ts";

const rounds = (scores: (number | undefined)[]) => scores.map((score, i) => ({ round: i + 1, score }));
const after = (rule: StoppingRule, scores: (number | undefined)[]) => {
  const { bests, stale, stoppedAfter } = progressOf(rule, rounds(scores));
  return { best: bests.at(-1)?.round, stale, stoppedAfter };
};
const RULE: StoppingRule = { patience: 2, minImprovement: 0.01 };

/** The rule read out of docs/PROTOCOL.md, each round by itself and with everything before it looked at anew. */
function slowly({ patience, minImprovement }: StoppingRule, scores: (number | undefined)[]) {
  const improved = (upTo: number): number[] => {
    const found: number[] = [];
    for (let i = 0; i < upTo; i++) {
      const score = scores[i];
      const best = scores[found.at(-1) ?? -1];
      if (score !== undefined && (best === undefined || 10_000 * minImprovement <= score - best + 1e-6)) found.push(i);
    }
    return found;
  };
  for (let end = 1; end <= scores.length; end++) {
    const best = improved(end).at(-1);
    const since = scores.slice((best ?? end) + 1, end).filter((score) => score !== undefined);
    if (since.length >= patience) return { best: (best ?? 0) + 1, stale: since.length, stoppedAfter: end };
  }
  const best = improved(scores.length).at(-1);
  const stale = best === undefined ? 0 : scores.slice(best + 1).filter((score) => score !== undefined).length;
  return { best: best === undefined ? undefined : best + 1, stale, stoppedAfter: undefined };
}

describe("R11: when a task is over", () => {
  it("goes on as long as it improves", () => {
    assert.deepEqual(after(RULE, []), { best: undefined, stale: 0, stoppedAfter: undefined });
    assert.deepEqual(after(RULE, [7000, 7100, 7050, 7200]), { best: 4, stale: 0, stoppedAfter: undefined });
  });

  it("is over after `patience` rounds in a row that do not improve, and what follows changes nothing", () => {
    const stopped = { best: 2, stale: 2, stoppedAfter: 4 };
    assert.deepEqual(after(RULE, [7000, 7100, 7050, 7100]), stopped);
    assert.deepEqual(after(RULE, [7000, 7100, 7050, 7100, 9000]), stopped);
  });

  it("an improvement is `minImprovement` or more, of the best and not of the round before", () => {
    assert.equal(after(RULE, [7000, 7099]).best, 1);
    assert.equal(after(RULE, [7000, 7100]).best, 2);
    assert.deepEqual(after(RULE, [7000, 7060, 7120]), { best: 3, stale: 0, stoppedAfter: undefined });
    assert.equal(after({ patience: 1, minImprovement: 0.0003 }, [7000, 7003]).best, 2);
  });

  it("rounds without a score count neither way", () => {
    assert.deepEqual(after(RULE, [undefined, 7000, undefined, 7000, undefined]), {
      best: 2,
      stale: 1,
      stoppedAfter: undefined,
    });
    assert.equal(after(RULE, [undefined, undefined, undefined]).stoppedAfter, undefined);
  });

  it("says the same as the rule read slowly, at every prefix of a history", () => {
    const rule = fc.record({
      patience: fc.integer({ min: 1, max: 5 }),
      minImprovement: fc.constantFrom(0.0001, 0.01, 0.03, 0.29),
    });
    const scores = fc.array(
      fc.oneof(
        fc.integer({ min: 60, max: 75 }).map((percent) => percent * 100),
        fc.constant(undefined),
      ),
      {
        maxLength: 14,
      },
    );
    fc.assert(fc.property(rule, scores, (given, all) => assert.deepEqual(after(given, all), slowly(given, all))));
  });

  it("each best round improved on the one before, and they are those of every longer history, too", () => {
    const scores = fc.array(fc.integer({ min: 0, max: 10_000 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(scores, fc.nat(), (all, at) => {
        const { bests } = progressOf(RULE, rounds(all));
        for (const [i, { score }] of bests.entries()) assert.ok(i === 0 || score >= (bests[i - 1]?.score ?? 0) + 100);
        const prefix = progressOf(RULE, rounds(all.slice(0, at % (all.length + 1)))).bests;
        assert.deepEqual(bests.slice(0, prefix.length), prefix);
      }),
    );
  });
});
