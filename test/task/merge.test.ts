import assert from "node:assert/strict";
import { test } from "node:test";
import { canonicalDocument, parseDocument } from "../../node/core/task/document.ts";
import { problemsWith, taskDocument, taskInput } from "./fixture.ts";

const utf8 = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (text: string) => new TextEncoder().encode(text);
const round = (f: number, minPeers: number, startMembers: number) => ({
  "round.f": f,
  "round.minPeers": minPeers,
  "round.startMembers": startMembers,
});

test("a task that names no merge gets one by its f, written out; one that names it is left as it is", () => {
  const mergeOf = (changes: Parameters<typeof taskDocument>[0]) => {
    const { merge } = taskDocument(changes);
    return JSON.parse(utf8(canonicalDocument(taskDocument(changes)))).merge as typeof merge;
  };
  const { round } = taskInput();
  assert.deepEqual(mergeOf({ round: { ...round, f: 0 } }), { rule: "mean" });
  assert.deepEqual(mergeOf({}), { before: ["arc", "nearestNeighbourMixing"], rule: "trimmedMean", trim: 1 });
  assert.deepEqual(mergeOf({ round: { ...round, f: 2, minPeers: 5, startMembers: 7 } }), {
    before: ["arc", "nearestNeighbourMixing"],
    rule: "trimmedMean",
    trim: 2,
  });
  assert.deepEqual(mergeOf({ merge: { rule: "mean" } }), { rule: "mean" });
  assert.deepEqual(mergeOf({ merge: { rule: "geometricMedian" } }), { rule: "geometricMedian", steps: 32 });
  const bytesWithout = bytes(utf8(canonicalDocument(taskDocument())).replace(/"merge":\{.*?\},/, ""));
  assert.throws(() => parseDocument(bytesWithout), { code: "TASK_NOT_CANONICAL" });
});

test("each part of a merge that is wrong is named with what is allowed", () => {
  const cases: [Record<string, unknown>, RegExp][] = [
    [
      { merge: { rule: "krum" } },
      /^merge\.rule: is "krum"; allowed is "mean", "median", "trimmedMean", "geometricMedian", "multiKrum"$/,
    ],
    [{ merge: { rule: "mean", trim: 1 } }, /^merge\.trim: is no field that tasks have; allowed are rule, cap, before$/],
    [{ merge: { rule: "mean", cap: 0.1234 } }, /^merge\.cap: is 0\.1234: needs a share from 0\.001 to 1, with three/],
    [
      { merge: { before: ["arcs"], rule: "mean" } },
      /^merge\.before\[0\]: is "arcs"; allowed is "clipMedianNorm", "arc", "nearestNeighbourMixing", or an object$/,
    ],
    [
      { merge: { before: [{ step: "bucketing", size: 1 }], rule: "mean" } },
      /^merge\.before\[0\]\.size: is 1; allowed is at least 2$/,
    ],
    [{ merge: { before: [], rule: "mean" } }, /^merge\.before: is \[\]; allowed is at least 1 entries$/],
  ];
  for (const [change, expected] of cases) {
    const problems = problemsWith(change);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${JSON.stringify(change)} gave ${JSON.stringify(problems)}`,
    );
  }
});

test("a merge that the thresholds do not allow is refused one step past its border and not on it", () => {
  const trimmed = { ...round(1, 4, 6), merge: { rule: "trimmedMean", trim: 1 } };
  const borders: [Record<string, unknown>, Record<string, unknown>, RegExp][] = [
    [trimmed, { ...trimmed, merge: { rule: "trimmedMean", trim: 2 } }, /^merge\.trim: is 2: 2\*trim must be below/],
    [
      { ...round(2, 6, 8), merge: { rule: "trimmedMean", trim: 2 } },
      { ...round(2, 6, 8), merge: { rule: "trimmedMean", trim: 1 } },
      /^merge\.trim: is 1, must be at least round\.f = 2/,
    ],
    [
      { ...round(1, 5, 6), merge: { rule: "multiKrum" } },
      { ...round(1, 4, 5), merge: { rule: "multiKrum" } },
      /^merge\.rule: does not go with round\.minPeers = 4: Multi-Krum needs at least 5 contributions for f = 1/,
    ],
    [
      { ...round(1, 5, 6), merge: { before: ["arc", { step: "bucketing", size: 2 }], rule: "median" } },
      { ...round(1, 4, 5), merge: { before: ["arc", { step: "bucketing", size: 2 }], rule: "median" } },
      /^merge\.rule: .*The median needs at least 3 contributions for f = 1; there are 2\. bucketing makes 2 of 4\.$/,
    ],
    [
      { merge: { before: ["arc", "clipMedianNorm"], rule: "mean" } },
      { merge: { before: ["arc", "arc"], rule: "mean" } },
      /^merge\.before\[1\]: .*arc stands there already/,
    ],
    [
      { merge: { before: ["arc"], rule: "mean", cap: 0.5 } },
      { merge: { before: ["nearestNeighbourMixing"], rule: "mean", cap: 0.5 } },
      /^merge\.cap: .*After nearestNeighbourMixing all have the same weight/,
    ],
    [
      { merge: { rule: "mean", cap: 0.334 } },
      { merge: { rule: "mean", cap: 0.333 } },
      /^merge\.rule: .*needs at least 4 contributions; there are 3/,
    ],
  ];
  for (const [right, wrong, expected] of borders) {
    assert.deepEqual(problemsWith(right), [], JSON.stringify(right));
    const problems = problemsWith(wrong);
    assert.ok(
      problems.some((problem) => expected.test(problem)),
      `${JSON.stringify(wrong)} gave ${JSON.stringify(problems)}`,
    );
  }
});
