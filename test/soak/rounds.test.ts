import assert from "node:assert/strict";
import { test } from "node:test";
import { type Course, divergences, judgeRounds } from "../../scripts/soak/rounds.ts";
import { hash, Story } from "./support.ts";

/** Phases of 8 seconds, four nodes: a round has 24 seconds, 3 for turns at ending phases, 2 for rounding. */
const judged = (story: Story, more: Partial<Course> = {}) =>
  judgeRounds({
    attempts: story.chronicle.attempts,
    submitSeconds: 8,
    phasesSeconds: 24,
    nodes: 4,
    outages: [],
    standstills: [],
    end: 1000,
    ...more,
  });

test("a round is in time within its phases, and late one second after", () => {
  assert.equal(judged(new Story().opened(1, 0, 100).final(1, 0, 129)).inTime, 1);
  const late = judged(new Story().opened(1, 0, 100).final(1, 0, 130));
  assert.deepEqual([late.judged, late.inTime, late.late], [1, 0, [{ round: 1, seconds: 30, allowed: 29 }]]);
});

test("time in which no attempt is open counts too", () => {
  const story = new Story().opened(1, 0, 100).final(1, 0, 105).opened(2, 0, 140).final(2, 0, 145);
  assert.deepEqual(
    judged(story).late.map(({ round }) => round),
    [2],
  );
  assert.equal(judged(story, { standstills: [{ from: 110, to: 130 }] }).late.length, 0);
});

test("phases that grew allow more; the attempts after the first do not", () => {
  assert.equal(judged(new Story().opened(1, 0, 100, 16).final(1, 0, 153)).late.length, 0);
  assert.equal(judged(new Story().opened(1, 0, 100, 16).final(1, 0, 154)).late.length, 1);
  const again = judged(new Story().opened(1, 0, 100).aborted(1, 0, 124).opened(1, 1, 124, 16).final(1, 1, 140));
  assert.deepEqual([again.late.length, again.attempts], [1, { final: 1, aborted: 1, inOutages: 0 }]);
  assert.deepEqual(again.reasons, ["round 1, attempt 1: TooFewSubmissions"]);
});

test("what an outage touches is not judged, neither rounds nor attempts", () => {
  const story = new Story()
    .opened(1, 0, 100)
    .final(1, 0, 102)
    .opened(2, 0, 102)
    .aborted(2, 0, 110)
    .opened(2, 1, 110, 16)
    .final(2, 1, 150)
    .opened(3, 0, 150)
    .final(3, 0, 152);
  const figures = judged(story, { outages: [{ from: 103, to: 120 }] });
  assert.deepEqual([figures.final, figures.judged, figures.late], [3, 2, []]);
  assert.deepEqual(figures.attempts, { final: 2, aborted: 0, inOutages: 2 });
});

test("a round that never became final is late once its time is over, and open before", () => {
  const story = new Story().opened(1, 0, 100);
  assert.deepEqual(judged(story, { end: 120 }), judged(new Story(), { end: 120 }));
  assert.equal(judged(story, { end: 130 }).late.length, 1);
});

test("R9: what the chain lost is forgotten", () => {
  const story = new Story().opened(1, 0, 100);
  const kept = story.block;
  story.voted(1, 0, 103, 0, hash("a")).final(1, 0, 104).opened(2, 0, 104);
  story.chronicle.rewind(kept);
  assert.deepEqual(
    story.chronicle.attempts.map(({ round, outcome, votes }) => [round, outcome, votes.size]),
    [[1, "open", 0]],
  );
});

test("a pause is known until a round opens", () => {
  const story = new Story().opened(1, 0, 100).final(1, 0, 104).waiting(2, 104, true);
  assert.ok(story.chronicle.paused);
  assert.ok(!story.opened(2, 0, 110).chronicle.paused);
});

test("one model per round: the ledger, votes and daemons must agree", () => {
  const story = new Story().opened(1, 0, 100).voted(1, 0, 103, 0, hash("a")).final(1, 0, 104);
  const { attempts } = story.chronicle;
  const report = (modelHash = hash("a"), at = 104.5) => ({ node: 1, round: 1, modelHash, at });
  assert.deepEqual(divergences(attempts, [report()]), []);
  assert.equal(divergences(attempts, [report(hash("b"))]).length, 1);
  // Of a history that was lost, and of the one that took its place.
  assert.deepEqual(divergences(attempts, [report(hash("b"), 102)]), []);
  assert.deepEqual(divergences(attempts, [report(hash("b")), report()]), []);
});

test("a vote for another model is a divergence, late or in an attempt that was aborted", () => {
  const late = new Story().opened(1, 0, 100).voted(1, 0, 103, 0, hash("a")).final(1, 0, 104);
  late.voted(1, 0, 105, 1, hash("b"), true);
  assert.equal(divergences(late.chronicle.attempts, []).length, 1);
  const aborted = new Story().opened(1, 0, 100).voted(1, 0, 103, 0, hash("a")).voted(1, 0, 103, 1, hash("b"));
  assert.equal(divergences(aborted.aborted(1, 0, 120).chronicle.attempts, []).length, 1);
});
