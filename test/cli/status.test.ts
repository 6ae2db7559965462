import assert from "node:assert/strict";
import { test } from "node:test";
import { taskStatus } from "../../node/cli/taskStatus.ts";
import { taskStatusText, waitingWords } from "../../node/cli/words/taskStatus.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import { account, closed, HASH, ids, joined, ledger, opened, START, submitted, TASK } from "./support/ledger.ts";

const words = (...events: LedgerEvent[]): string => {
  const { view, task, now } = ledger(...events);
  return waitingWords(taskStatus(view, task, now));
};

test("a task that the council has not approved says what licensors type", () => {
  assert.match(
    words(),
    /^Waiting for the council to approve the task, for \d s: licensors.*"swarm task approve small"/,
  );
});

test("a task that has not begun says how many members it starts with and who does not count", () => {
  assert.match(
    words(...joined(2)),
    /^Waiting for 2 more members: 4 must be licensed, registered and joined, 2 are, for 7 s\.$/,
  );
  const suspended: LedgerEvent = {
    type: "NodeSuspended",
    account: account(1),
    licensor: account(8),
    until: START + 999,
  };
  assert.match(words(...joined(2), suspended), /^Waiting for 3 more members.*0x222222\.\.2222 \(suspended\)/);
});

test("a paused network is the reason that counts, whoever has joined", () => {
  assert.match(
    words(...joined(4), { type: "Paused" }),
    /^Waiting for the council, which has paused the opening of rounds \(swarm council unpause\)\.$/,
  );
});

test("SUBMIT names who is missing, the time that has passed and all that there is", () => {
  const text = words(...joined(4), opened, submitted(0), submitted(2));
  assert.match(
    text,
    /^Waiting for submissions of 0x222222\.\.2222 and 0x444444\.\.4444, 2 s of 86 s\. Phase submit: 2 of 4 submitted\.$/,
  );
});

test("R10: who was revoked in the middle of an attempt is not waited for", () => {
  const revoked: LedgerEvent = { type: "NodeRevoked", account: account(3), grant: 1 };
  const text = words(...joined(4), opened, submitted(0), submitted(2), revoked);
  assert.match(text, /submissions of 0x222222\.\.2222, /);
});

test("ATTEST counts only members that decided on every submission", () => {
  const attested = (member: number, held: bigint, refused: bigint): LedgerEvent => ({
    type: "UpdatesAttested",
    ...ids,
    member,
    held,
    refused,
  });
  const { view, task, now } = ledger(
    ...joined(4),
    opened,
    submitted(0),
    submitted(1),
    submitted(2),
    closed,
    attested(0, 7n, 0n),
    attested(1, 3n, 0n),
    attested(2, 3n, 4n),
  );
  const status = taskStatus(view, task, now);
  assert.deepEqual(
    status.members.map(({ decided, awaited }) => [decided, awaited]),
    [
      [3, false],
      [2, true],
      [3, false],
      [0, true],
    ],
  );
  assert.match(taskStatusText(status), /^ +4 +0x4444/m, "people count members from 1");
  assert.match(
    taskStatusText(status),
    /Waiting for attestations of 0x222222\.\.2222 and 0x444444\.\.4444, 3 s of .*2 of 4 attested\./,
  );
});

test("R1: after the deadline the phase can be ended once enough blocks have passed too", () => {
  const { view, task } = ledger(...joined(4), { ...opened, deadlineBlock: 1_000 });
  assert.match(
    waitingWords(taskStatus(view, task, START + 100)),
    /^Waiting for 984 more blocks of the chain, after which phase submit can be ended; no submissions came of .*; the last block is 86 s old\./,
  );
  const { view: later, task: same } = ledger(...joined(4), opened);
  assert.match(
    waitingWords(taskStatus(later, same, START + 100)),
    /^Waiting for any node to end phase submit, whose time is over; .*, for 0 s; the last block is 86 s old\. Phase submit: 0 of 4/,
  );
});

test("the names of an address book stand for accounts, and programs get account, name and seconds", () => {
  const names = new Map([[account(1), "clinic-b"]]);
  const { view, task, now } = ledger(...joined(4), opened, submitted(0), submitted(2));
  const status = taskStatus(view, task, now, { names });
  assert.match(waitingWords(status), /^Waiting for submissions of clinic-b and 0x444444\.\.4444, /);
  assert.match(taskStatusText(status), new RegExp(`^ +2 +${account(1)} clinic-b +active`, "m"));
  assert.deepEqual(
    status.members.map(({ name }) => name),
    [null, "clinic-b", null, null],
  );
  const { kind, seconds, ofSeconds, missing, lastBlockSeconds } = status.waiting ?? {};
  assert.deepEqual(
    { kind, seconds, ofSeconds, missing, lastBlockSeconds },
    { kind: "submissions", seconds: 2, ofSeconds: 86, missing: [account(1), account(3)], lastBlockSeconds: null },
  );
});

test("final rounds show what was merged and who voted, and the task's end shows how to get the model", () => {
  const fixed: LedgerEvent = {
    type: "InclusionFixed",
    ...ids,
    included: 7n,
    deadline: START + 300,
    deadlineBlock: 0,
    seen: HASH("2"),
  };
  const vote = (member: number): LedgerEvent => ({
    type: "ModelVoted",
    ...ids,
    member,
    modelHash: HASH("b"),
    evaluation: 9_000 + member * 100,
    late: false,
  });
  const final: LedgerEvent = { type: "RoundFinalized", ...ids, included: 7n, modelHash: HASH("b") };
  const events = [
    ...joined(4),
    opened,
    submitted(0),
    submitted(1),
    submitted(2),
    closed,
    fixed,
    vote(0),
    vote(1),
    vote(2),
    final,
  ];
  const { view, task, now } = ledger(...events, {
    type: "TaskFinished",
    taskId: TASK,
    rounds: 5,
    modelHash: HASH("b"),
  });
  const status = taskStatus(view, task, now);
  assert.deepEqual(
    status.finals.map(({ round, included, voters, evaluation }) => ({ round, included, voters, evaluation })),
    [{ round: 1, included: [account(0), account(1), account(2)], voters: 3, evaluation: 0.91 }],
  );
  assert.match(taskStatusText(status), /swarm model get small/);
});

test("who has not acted in an open phase is not yet done; missing is who let a phase or an attempt pass, or whose time is over", () => {
  const remarks = (at: number, ...events: LedgerEvent[]): string[] => {
    const { view, task, now } = ledger(...joined(4), opened, ...events);
    const text = taskStatusText(taskStatus(view, task, now + at));
    return [...text.matchAll(/^ +\d +0x\d{40}.*?(not yet|missing|absent|)$/gm)].map(([, remark]) => remark ?? "");
  };
  const begun = [submitted(0), submitted(1), submitted(2)];
  assert.deepEqual(remarks(0), ["not yet", "not yet", "not yet", "not yet"]);
  assert.deepEqual(remarks(0, ...begun), ["", "", "", "not yet"]);
  assert.deepEqual(remarks(900, ...begun), ["", "", "", "missing"]);
  assert.deepEqual(remarks(0, ...begun, closed), ["not yet", "not yet", "not yet", "missing"]);
  const aborted: LedgerEvent = { type: "RoundAborted", ...ids, reason: "TooFewHeld", growth: 1 };
  const again: LedgerEvent = { ...opened, attempt: 1, deadline: START + 500 };
  assert.deepEqual(remarks(0, ...begun, closed, aborted, again), ["not yet", "not yet", "not yet", "missing"]);
  const absent: LedgerEvent = { type: "AbsenceChanged", taskId: TASK, absent: 8n };
  assert.deepEqual(remarks(0, ...begun, aborted, absent, again), ["not yet", "not yet", "not yet", "absent"]);
});
