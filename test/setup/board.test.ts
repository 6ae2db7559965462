import assert from "node:assert/strict";
import { test } from "node:test";
import { RoundBoard } from "../../scripts/local/board.ts";

const wait = (kind: string, more: object = {}) => ({
  event: "waiting",
  text: `waiting for ${kind} of clinic-4, 10 s of 60 s`,
  kind,
  round: 3,
  attempt: 0,
  phase: "submit",
  ...more,
});

test("where lines stay, a long wait is one line, told by the first clinic that tells of it; the next attempt's is another", () => {
  const lines: string[] = [];
  const board = new RoundBoard({ clinics: 4, rounds: 20, say: (text) => void lines.push(text), live: false });
  board.take(1, wait("submissions"));
  board.take(0, wait("submissions"));
  board.take(1, wait("submissions", { text: "the same, 20 s of 60 s" }));
  board.take(0, wait("submissions", { attempt: 1 }));
  const endpoint = { event: "waiting", text: "waiting for the chain's endpoint", kind: "endpoint" };
  board.take(2, endpoint);
  board.take(2, endpoint);
  assert.deepEqual(lines, [
    "round 3/20, clinic-2: waiting for submissions of clinic-4, 10 s of 60 s",
    "round 3/20, clinic-1: waiting for submissions of clinic-4, 10 s of 60 s",
    "clinic-3: waiting for the chain's endpoint",
  ]);
});

test("the time that is left is told once three rounds were timed, of which the daemons' start is none", () => {
  const lines: string[] = [];
  let now = 9_000;
  const board = new RoundBoard({
    clinics: 1,
    rounds: 6,
    say: (text) => void lines.push(text),
    live: false,
    now: () => now,
  });
  for (let round = 1; round <= 6; round++, now += 500)
    board.take(0, { event: "round", round, included: ["a"], modelHash: "0x1234567890" });
  const left = lines.map((line) => /, ([^,]*) left$/.exec(line)?.[1]);
  assert.deepEqual(left, [undefined, undefined, undefined, "1 s", "1 s", undefined]);
});
