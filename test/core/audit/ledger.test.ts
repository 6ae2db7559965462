import { describe, it } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { again, drop, expectWrong, nth, patch } from "./check.ts";
import { account, buildWorld, hashOf, NODES, type World } from "./world.ts";

const [node0, _node1, , _node3] = NODES as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`];

/** An event after the history's end, in a block of its own. */
const after = (event: (taskId: `0x${string}`) => LedgerEvent) => (world: World) => {
  world.tx().emit(event(nth(world, "TaskCreated", 0).taskId));
};

describe("audit: a ledger that broke its rules, one change from the right one", () => {
  const cases: [title: string, expected: string[], change: (world: World) => void][] = [
    ["a task by a stranger", ["TASK_INVALID"], (w) => patch(w, "TaskCreated", 0, { creator: account(99) })],
    [
      "another document than the one that was hashed",
      ["TASK_INVALID"],
      (w) => patch(w, "TaskCreated", 0, { document: new TextEncoder().encode("{}") }),
    ],
    [
      "parameters under the id of others",
      ["TASK_INVALID"],
      (w) => patch(w, "TaskCreated", 0, { params: { ...nth(w, "TaskCreated", 0).params, maxWeight: 101 } }),
    ],
    [
      "a task that was never created",
      ["UNKNOWN_TASK"],
      after(() => ({ type: "MemberJoined", taskId: hashOf(9), account: node0, index: 0 })),
    ],
    ["a member of a task that was not approved", ["MEMBER_INVALID", "NOT_DECIDED"], (w) => drop(w, "TaskApproved", 0)],
    [
      "a member without a licence",
      ["MEMBER_INVALID"],
      after((taskId) => ({ type: "MemberJoined", taskId, account: account(99), index: 4 })),
    ],
    [
      "a member that joined twice",
      ["MEMBER_INVALID"],
      after((taskId) => ({ type: "MemberJoined", taskId, account: node0, index: 4 })),
    ],
    ["a task waiting for too many", ["SNAPSHOT_WRONG"], (w) => patch(w, "TaskWaiting", 0, { needed: 5 })],
    [
      "a snapshot without a licensed member",
      ["DIGEST_WRONG", "SNAPSHOT_WRONG", "ACT_NOT_IN_SNAPSHOT", "TOO_EARLY"],
      (w) => patch(w, "RoundOpened", -1, { snapshot: 7n }),
    ],
    [
      "an attempt opened while paused",
      ["NOT_DECIDED", "SNAPSHOT_WRONG"],
      (w) =>
        w.events.splice(w.events.indexOf(nth(w, "RoundOpened", 0)), 0, {
          type: "Paused",
          at: { ...nth(w, "MemberJoined", -1).at, index: 0.5 },
        }),
    ],
    [
      "another base",
      ["OPENING_WRONG", "DIGEST_WRONG", "UPDATE_INVALID"],
      (w) => patch(w, "RoundOpened", -1, { base: hashOf(1) }),
    ],
    [
      "a phase that is too short",
      ["DEADLINE_WRONG"],
      (w) => patch(w, "SubmissionsClosed", 0, { deadline: nth(w, "SubmissionsClosed", 0).deadline - 1 }),
    ],
    [
      "a phase of too few blocks",
      ["DEADLINE_WRONG"],
      (w) => patch(w, "RoundOpened", -1, { deadlineBlock: nth(w, "RoundOpened", -1).deadlineBlock - 1 }),
    ],
    ["growth that was not due", ["DEADLINE_WRONG"], (w) => patch(w, "RoundAborted", 0, { growth: 2 })],
    [
      "an abort for another reason",
      ["OUT_OF_PHASE", "DEADLINE_WRONG"],
      (w) => patch(w, "RoundAborted", 0, { reason: "NoQuorum" }),
    ],
    [
      "an abort before the deadline",
      ["TOO_EARLY"],
      (w) => patch(w, "RoundAborted", 0, { at: { ...nth(w, "RoundAborted", 0).at, timestamp: 1_000_050 } }),
    ],
    [
      "a submission with another CID than its digest says",
      ["DIGEST_WRONG"],
      (w) => patch(w, "UpdateSubmitted", -1, { cid: "bafyother" }),
    ],
    [
      "another weight than its digest says",
      ["DIGEST_WRONG", "MERGE_WRONG"],
      (w) => patch(w, "UpdateSubmitted", -1, { weight: 99 }),
    ],
    [
      "a weight above the task's",
      ["DIGEST_WRONG", "MERGE_WRONG", "WEIGHT_INVALID"],
      (w) => patch(w, "UpdateSubmitted", -1, { weight: 101 }),
    ],
    [
      "a submission left out",
      ["DIGEST_WRONG", "SUBMITTED_WRONG", "TOO_EARLY", "ATTESTATION_INVALID", "INCLUSION_WRONG"],
      (w) => drop(w, "UpdateSubmitted", -1),
    ],
    ["a member that submitted twice", ["ACT_REPEATED", "DIGEST_WRONG"], (w) => again(w, "UpdateSubmitted", -1)],
    [
      "another file in a second attempt",
      ["DIGEST_WRONG", "FILE_CHANGED"],
      (w) => patch(w, "UpdateSubmitted", 4, { sha256: hashOf(1) }),
    ],
    [
      "a submission to an attempt that is over",
      ["OUT_OF_PHASE"],
      (w) => again(w, "RoundAborted", 0, nth(w, "UpdateSubmitted", 4) as object),
    ],
    [
      "an attestation taken back",
      ["ATTESTATION_INVALID", "TOO_EARLY"],
      (w) => again(w, "UpdatesAttested", 0, { held: 1n }),
    ],
    [
      "an update both held and refused",
      ["ATTESTATION_INVALID"],
      (w) => patch(w, "UpdatesAttested", 0, { refused: 1n }),
    ],
    [
      "an attestation to what nobody submitted",
      ["ATTESTATION_INVALID", "TOO_EARLY"],
      (w) => patch(w, "UpdatesAttested", 0, { held: 31n }),
    ],
    [
      "an update included that too few held",
      ["DIGEST_WRONG", "INCLUSION_WRONG", "MERGE_WRONG"],
      (w) => patch(w, "InclusionFixed", -1, { included: 7n }),
    ],
    ["an included set fixed before all decided", ["TOO_EARLY"], (w) => drop(w, "UpdatesAttested", -1)],
    [
      "a final round that names another set",
      ["INCLUSION_WRONG"],
      (w) => patch(w, "RoundFinalized", -1, { included: 7n }),
    ],
    ["a model finalized by too few votes", ["QUORUM_MISSING"], (w) => drop(w, "ModelVoted", -1)],
    [
      "a model finalized that nobody voted for",
      ["QUORUM_MISSING", "MERGE_WRONG", "FINISH_WRONG", "FILE_MISSING"],
      (w) => patch(w, "RoundFinalized", -1, { modelHash: hashOf(1) }),
    ],
    ["a member that voted twice", ["ACT_REPEATED"], (w) => again(w, "ModelVoted", -1)],
    [
      "a quorum that was ignored",
      ["QUORUM_IGNORED", "TOO_EARLY", "FINISH_WRONG"],
      (w) => Object.assign(nth(w, "RoundFinalized", -1), { type: "RoundAborted", reason: "NoQuorum", growth: 1 }),
    ],
    [
      "an evaluation that the task does not ask for",
      ["VOTE_INVALID"],
      (w) => patch(w, "ModelVoted", -1, { evaluation: 10 }),
    ],
    [
      "a late vote for another model",
      ["VOTE_INVALID"],
      after((taskId) => ({
        type: "ModelVoted",
        taskId,
        round: 3,
        attempt: 0,
        member: 3,
        modelHash: hashOf(1),
        evaluation: 65535,
        late: true,
      })),
    ],
    [
      "a task finished with another model",
      ["FINISH_WRONG"],
      (w) => patch(w, "TaskFinished", 0, { modelHash: hashOf(1) }),
    ],
    ["a task that goes on after its last round", ["FINISH_WRONG"], (w) => drop(w, "TaskFinished", 0)],
    [
      "members made absent for nothing",
      ["ABSENCE_WRONG"],
      after((taskId) => ({ type: "AbsenceChanged", taskId, absent: 1n })),
    ],
    [
      "a round after the last",
      ["OUT_OF_PHASE", "OPENING_WRONG", "DIGEST_WRONG", "DEADLINE_WRONG", "FINISH_WRONG"],
      (w) => w.tx().emit({ ...nth(w, "RoundOpened", -1), round: 4 }),
    ],
  ];
  for (const [title, expected, change] of cases) {
    it(`${expected.join(", ")}: ${title}`, async () => {
      const { world } = buildWorld();
      change(world);
      await expectWrong(world, expected);
    });
  }
});
