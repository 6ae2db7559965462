import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NO_EVALUATION } from "../../../node/core/ledger/events.ts";
import { votesNeeded } from "../../../node/core/round/thresholds.ts";
import { swarmScore } from "../../../node/core/stopping/score.ts";

const score = (evaluations: number[], f: number) =>
  swarmScore(
    evaluations.map((evaluation) => ({ evaluation })),
    f,
  );
const parts = fc.integer({ min: 0, max: 10_000 });

describe("R11: the swarm's score", () => {
  it("with f = 0 is the mean, rounded down", () => {
    assert.equal(score([9000, 8000], 0), 8500);
    assert.equal(score([9000, 9000, 9001], 0), 9000);
    assert.equal(score([7300], 0), 7300);
  });

  it("leaves out the f lowest and the f highest", () => {
    assert.equal(score([0, 9000, 9400], 1), 9000);
    assert.equal(score([10_000, 9000, 9400], 1), 9400);
    assert.equal(score([100, 9000, 9200, 9300, 10_000, 9100, 0], 2), 9100);
  });

  it("a vote without an evaluation counts as 0, and f of them are left out", () => {
    assert.equal(score([NO_EVALUATION, 9000, 9400], 1), 9000);
    assert.equal(score([0, 9000, 9400], 1), 9000);
  });

  it("is none where more than f votes are without: then honest members have none either", () => {
    assert.equal(score([NO_EVALUATION, NO_EVALUATION, 9400], 1), undefined);
    assert.equal(score([NO_EVALUATION, 9400], 0), undefined);
    assert.equal(score([], 0), undefined);
    assert.equal(score([9000, 9000], 1), undefined, "and where no vote is left");
  });

  it("does not depend on the order of the votes", () => {
    fc.assert(
      fc.property(fc.array(parts, { minLength: 3, maxLength: 9 }), fc.nat(), (evaluations, at) => {
        const cut = at % evaluations.length;
        const turned = [...evaluations.slice(cut), ...evaluations.slice(0, cut)].toReversed();
        assert.equal(score(turned, 1), score(evaluations, 1));
      }),
    );
  });

  it("f liars among the votes of a quorum move it no further than honest evaluations go, whatever they say", () => {
    const setting = fc.integer({ min: 0, max: 4 }).chain((f) =>
      fc.integer({ min: 3 * f + 1, max: 3 * f + 8 }).chain((n) => {
        const votes = votesNeeded(n, f);
        return fc.record({
          f: fc.constant(f),
          honest: fc.array(parts, { minLength: votes - f, maxLength: votes - f }),
          lies: fc.array(fc.oneof(parts, fc.constant(NO_EVALUATION)), { minLength: f, maxLength: f }),
        });
      }),
    );
    fc.assert(
      fc.property(setting, ({ f, honest, lies }) => {
        const all = score([...lies, ...honest], f);
        assert.ok(all !== undefined && all >= Math.min(...honest) && all <= Math.max(...honest), String(all));
      }),
    );
  });
});
