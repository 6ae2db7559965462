import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { taskOf } from "../../../node/core/round/state.ts";
import { oldBlock } from "../../../node/core/round/waiting/lastBlock.ts";
import { clockWords, waitWords } from "../../../node/core/round/waiting/words.ts";
import { account, b32, FIRST_MODEL, PARAMS, Scenario, T0, TASK } from "./scenario.ts";
import { attested, attesting, here, merging, own, revoked, said, scenario, submitted, voted } from "./waits.ts";

test("before the ledger was read its history is waited for", () => {
  const it = scenario().happens({ type: "rollback", to: 0 });
  assert.deepEqual(
    [here(it).wait.kind, said(it)],
    ["history", "waiting for the history of the chain, which is not read yet"],
  );
});

test("before a round: the council's approval, its pause, members, somebody who opens it", () => {
  assert.equal(said(new Scenario()), "waiting for the council to approve the task, for 0 s");
  const open = scenario();
  assert.equal(said(open), "waiting for any node to open the round: enough members are there");
  const paused = scenario().passes(5).ledger({ type: "Paused" });
  assert.match(
    said(paused),
    /^waiting for the council, which has paused the opening of rounds \(swarm council unpause\)$/,
  );
  paused.ledger({ type: "TaskWaiting", taskId: TASK, round: 1, needed: 4, eligible: 0b1111n, paused: true }).passes(30);
  assert.match(said(paused), /unpause\), for 30 s$/);
  const few = scenario().ledger(revoked(2), {
    type: "NodeSuspended",
    account: account(3),
    licensor: account(9),
    until: T0 + 900,
  });
  assert.equal(
    said(few.passes(12)),
    "waiting for 2 more members: 4 must be licensed, registered and joined, 2 are; of the others who joined, none counts now: clinic-c (revoked) and clinic-d (suspended), for 12 s",
  );
  assert.deepEqual(here(few).wait.missing, [account(2), account(3)]);
});

test("the wait for members goes on when the ledger says their number again", () => {
  const waiting = (needed: number): LedgerEvent => ({
    type: "TaskWaiting",
    taskId: TASK,
    round: 1,
    needed,
    eligible: 0n,
    paused: false,
  });
  const it = scenario().ledger(revoked(2), revoked(3), waiting(4)).passes(20).ledger(waiting(4)).passes(22);
  assert.equal(here(it).wait.since, T0);
  assert.match(said(it), /, for 42 s$/);
});

test("SUBMIT: who has not submitted, how long already, how long at most", () => {
  const it = submitted(0, 1).passes(7);
  assert.equal(said(it), "waiting for submissions of clinic-c and clinic-d, 7 s of 10 s");
  const { since, until, have, needed } = here(it).wait;
  assert.deepEqual({ since, until, have, needed }, { since: T0, until: T0 + 10, have: 2, needed: PARAMS.minPeers });
});

test("ATTEST: who has not decided on all submissions, though on some", () => {
  const it = attesting().ledger(attested(0, 0b0111n), attested(1, 0b0011n), attested(3, 0b0111n)).passes(2);
  assert.equal(said(it), "waiting for attestations of clinic-b and clinic-c, 2 s of 10 s");
});

test("MERGE: who has not voted; where all have and too few agree, only the end is left", () => {
  const it = merging().ledger(voted(0), voted(1)).passes(3);
  assert.equal(said(it), "waiting for votes of clinic-c and clinic-d, 3 s of 10 s");
  it.ledger(voted(2, b32("b2")), voted(3, b32("b2")));
  assert.equal(
    said(it),
    "waiting for the end of phase merge: all have voted, 2 of them alike, and 3 must, 3 s of 10 s",
  );
});

test("R10: nobody waits for who was revoked; where only they are missing, the deadline is what is waited for", () => {
  const it = submitted(0, 1).ledger(revoked(3));
  assert.equal(said(it), "waiting for submissions of clinic-c, 0 s of 10 s");
  it.submits(2);
  assert.equal(said(it), "waiting for the end of phase submit: the licence of clinic-d has ended, 0 s of 10 s");
});

test("R1: after the deadline blocks are waited for, then anybody who ends the phase; who was missing is told", () => {
  const it = scenario();
  const { now, view } = it.state;
  const deadlineBlock = view.head + 5;
  const event = {
    type: "RoundOpened",
    taskId: TASK,
    round: 1,
    attempt: 0,
    base: FIRST_MODEL,
    snapshot: 0b1111n,
  } as const;
  it.ledger({ ...event, deadline: now + 10, deadlineBlock, seen: FIRST_MODEL })
    .submits(0)
    .submits(1);
  it.passes(13);
  assert.equal(
    said(it),
    "waiting for 1 more block of the chain, after which phase submit can be ended; no submissions came of clinic-c and clinic-d, for 3 s",
  );
  it.ledger();
  assert.match(
    said(it),
    /^waiting for any node to end phase submit, whose time is over; no submissions came of .*, for 3 s$/,
  );
  assert.deepEqual(own(it), ["this node is sending the transaction for that"]);
});

test("an old last block is told of where blocks are needed, not on a chain that is silent until somebody acts", () => {
  const it = scenario().opens().passes(9);
  const age = () => oldBlock(it.state.view, taskOf(it.state), it.state.now);
  assert.equal(age(), undefined);
  it.passes(26);
  assert.equal(age(), 35);
  assert.equal(oldBlock(it.state.view, taskOf(it.state), it.state.now, 60), undefined, "blocks come slowly there");
  const long = scenario();
  const event = {
    type: "RoundOpened",
    taskId: TASK,
    round: 1,
    attempt: 0,
    base: FIRST_MODEL,
    snapshot: 0b1111n,
  } as const;
  long.ledger({ ...event, deadline: T0 + 900, deadlineBlock: 0, seen: FIRST_MODEL }).passes(300);
  assert.equal(oldBlock(long.state.view, taskOf(long.state), long.state.now), undefined);
});

test("many names are counted, long phases are told in larger units", () => {
  const many = Array.from({ length: 12 }, (_, i) => account(i));
  const wait = { ...here(submitted(0)).wait, missing: many, since: T0, until: T0 + 3_600 };
  assert.match(
    waitWords(wait, (who) => who.slice(2, 4)),
    /of 01, 02, 03, 04, 05, 06, 07, 08 and 4 more$/,
  );
  assert.equal(clockWords(wait, T0 + 125.7), ", 2 min 5 s of 1 h");
  assert.equal(clockWords({ ...wait, until: T0 + 60 }, T0 + 42.9), ", 42 s of 60 s");
  assert.equal(clockWords({ ...wait, until: T0 + 60 }, T0 + 75), ", 60 s of 60 s");
  const daemonSaw = T0 + 0.001;
  assert.equal(
    clockWords({ ...wait, until: T0 + 60 }, T0 + 42.9, daemonSaw),
    ", 42 s of 60 s",
    "what is on record counts",
  );
  assert.equal(clockWords({ ...wait, since: undefined, until: undefined }, T0 + 42.9, T0), ", for 42 s");
});
