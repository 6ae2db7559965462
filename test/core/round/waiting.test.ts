import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { taskOf } from "../../../node/core/round/state.ts";
import { type WaitHere, waitHere } from "../../../node/core/round/waiting/here.ts";
import { oldBlock } from "../../../node/core/round/waiting/lastBlock.ts";
import { clockWords, hereWords, waitWords } from "../../../node/core/round/waiting/words.ts";
import { account, b32, FIRST_MODEL, INCLUSION, PARAMS, Scenario, T0, TASK } from "./scenario.ts";

const MERGED = b32("b1");
const approved: LedgerEvent = { type: "TaskApproved", taskId: TASK };
const revoked = (member: number): LedgerEvent => ({ type: "NodeRevoked", account: account(member), grant: 1 });

/** Member 0's daemon, which holds the first model; the council has approved the task. */
function scenario(self = 0): Scenario {
  const it = new Scenario(self);
  it.state.local.models.add(FIRST_MODEL);
  return it.ledger(approved);
}
const submitted = (...who: number[]): Scenario => who.reduce((it, member) => it.submits(member), scenario().opens());
const attesting = (): Scenario => submitted(0, 1, 2).closesSubmissions(0b0111n);
const attested = (member: number, held: bigint): LedgerEvent => ({
  type: "UpdatesAttested",
  taskId: TASK,
  round: 1,
  attempt: 0,
  member,
  held,
  refused: 0n,
});
const voted = (member: number, modelHash = MERGED): LedgerEvent => ({
  type: "ModelVoted",
  taskId: TASK,
  round: 1,
  attempt: 0,
  member,
  modelHash,
  evaluation: 0,
  late: false,
});
const merging = (): Scenario => {
  const it = attesting();
  for (const member of [0, 1, 2]) it.opened(member);
  return it
    .fixesInclusion(0b0111n)
    .happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: MERGED, evaluation: 0 });
};

const here = ({ state }: Scenario): WaitHere => {
  const found = waitHere(state);
  assert.ok(found, "there is something to wait for");
  return found;
};
const nameOf = (who: string): string => `clinic-${"abcd"[Number.parseInt(who.slice(2, 4), 16) - 1]}`;
/** What it says, without what the node does itself. */
const said = (it: Scenario): string => {
  const { wait } = here(it);
  return waitWords(wait, nameOf) + clockWords(wait, it.state.now);
};
const own = (it: Scenario): string[] => hereWords(here(it), nameOf);

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

test("what the node does itself: training, sealing, sending, and what failed before", () => {
  const it = scenario().opens();
  assert.deepEqual(hereWords(here(it), nameOf, " (pass 1 of 5)"), ["this node is training (pass 1 of 5)"]);
  it.happens({ type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("50"), weight: 10 });
  assert.deepEqual(own(it), ["this node is sealing its update"]);
  it.happens({ type: "failed", key: it.planned()[0] as string });
  assert.deepEqual(own(it), ["this node is sealing its update (1 try failed)"]);
  it.passes(9).happens({ type: "sealed", round: 1, attempt: 0, seen: b32("e1"), cid: "cid0", sealed: b32("60") });
  assert.deepEqual(own(it), ["this node is sending its submission"]);
  it.happens({ type: "sent", key: it.planned()[0] as string, block: it.state.view.head + 1 });
  assert.deepEqual(own(it), ["this node is sending its submission, which is in a block that is not final yet"]);
});

test("R5: whose updates it fetches, and from whom: the author and those who say that they hold it", () => {
  const it = attesting().opened(0);
  assert.deepEqual(own(it), ["this node is fetching updates of clinic-b from clinic-b and clinic-c from clinic-c"]);
  it.ledger(attested(3, 0b0111n)).opened(1);
  assert.match(own(it).join(), /fetching the update of clinic-c from clinic-c or clinic-d/);
});

test("R6, R8: the base and the last model are asked for from those who voted for them", () => {
  const base = scenario(1).opens();
  base.state.local.models.clear();
  base.ledger();
  assert.deepEqual(own(base), ["this node is fetching the model from clinic-a"]);
  const it = merging().ledger(voted(1), voted(2)).finalizes(MERGED, 0b0111n);
  it.ledger({ type: "TaskFinished", taskId: TASK, rounds: 1, modelHash: MERGED });
  assert.deepEqual(waitHere(it.state), undefined, "it merged that model itself");
  it.state.local.models.delete(MERGED);
  it.state.local.merged.clear();
  it.state.local.verdicts.clear();
  it.passes(4);
  assert.equal(said(it), "waiting for the last model from clinic-b and clinic-c, for 4 s");
  assert.deepEqual(own(it), ["this node is fetching the model from clinic-b or clinic-c"]);
});

test("a node without a part in the attempt says why", () => {
  const late = scenario().opens(1, 0, FIRST_MODEL, 0b1110n);
  assert.equal(here(late).part, "not in this attempt");
  assert.match(own(late).join(), /^this node is not in this attempt and enters the next one$/);
  late.ledger({ type: "AbsenceChanged", taskId: TASK, absent: 0b0001n });
  assert.deepEqual(own(late), ["this node was absent and enters the next attempt and is saying that it is back"]);
  const sitting = scenario();
  sitting.state.local.satOut.add("1.0");
  assert.match(own(sitting.opens()).join(), /^this node sits this attempt out/);
  const diverged = scenario().opens().happens({ type: "diverged", round: 1, base: FIRST_MODEL });
  assert.deepEqual(own(diverged), ["this node submits nothing in this round, since its training diverged"]);
});

test("R10: a node whose licence ended waits for that, not for the round; expiry counts from the next attempt on", () => {
  const suspended = scenario().opens();
  suspended.ledger({ type: "NodeSuspended", account: account(0), licensor: account(9), until: T0 + 900 }).passes(5);
  assert.equal(said(suspended), "waiting for this node's licence, which is suspended, for 14 min 55 s more");
  const gone = scenario().opens().ledger(revoked(0)).passes(5);
  assert.equal(said(gone), "waiting for this node's licence, which is revoked");
  const expiring: LedgerEvent = { type: "NodeAuthorized", account: account(0), grant: 2, expiresAt: T0 + 3 };
  const inside = scenario().opens().ledger(expiring).passes(5);
  assert.equal(here(inside).wait.kind, "submissions");
  const outside = scenario().opens(1, 0, FIRST_MODEL, 0b1110n).ledger(expiring).passes(5);
  assert.equal(said(outside), "waiting for this node's licence, which is expired");
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
});
