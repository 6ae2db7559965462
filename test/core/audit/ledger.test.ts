import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit } from "../../../node/core/audit.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { again, drop, expectRight, expectWrong, nth, patch } from "./check.ts";
import { account, buildWorld, deployment, hashOf, keccak, LICENSORS, NODES, type Twist, type World } from "./world.ts";

const [node0, node1, , node3] = NODES as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`];

/** An event after the history's end, in a block of its own. */
const after = (event: (taskId: `0x${string}`) => LedgerEvent) => (world: World) => {
  world.tx().emit(event(nth(world, "TaskCreated", 0).taskId));
};

describe("audit: a ledger that broke its rules, one change from the right one", () => {
  const cases: [title: string, expected: string[], change: (world: World) => void][] = [
    ["a licence that one licensor gave", ["NOT_DECIDED"], (w) => drop(w, "ActApproved", 1)],
    ["a licence for another account than approved", ["NOT_DECIDED"], (w) => patch(w, "ActProposed", 0, { act: { act: "license", account: node1, expiresAt: 2_000_000 } })],
    ["a licence for longer than approved", ["NOT_DECIDED"], (w) => patch(w, "NodeAuthorized", 0, { expiresAt: 2_000_001 })],
    ["an approval by a stranger", ["NOT_DECIDED", "NOT_LICENSOR"], (w) => patch(w, "ActApproved", 1, { licensor: node0 })],
    ["one licensor approving twice", ["APPROVAL_INVALID", "NOT_DECIDED"], (w) => patch(w, "ActApproved", 1, { licensor: LICENSORS[0] })],
    ["an approval that was for another council", ["APPROVAL_INVALID", "NOT_DECIDED"], (w) => patch(w, "ActProposed", 0, { epoch: 0 })],
    ["an act that was decided and not executed", ["NOT_DECIDED"], (w) => drop(w, "ActExecuted", 0)],
    ["an act that was executed without its effect", ["NOT_DECIDED"], (w) => { w.decide({ act: "revoke", account: node0 }); }],
    ["a licence granted twice by one decision", ["NOT_DECIDED"], (w) => again(w, "NodeAuthorized", 0)],
    ["a grant that skips a number", ["NOT_DECIDED"], (w) => patch(w, "NodeAuthorized", 0, { grant: 2 })],
    ["a council without a threshold", ["NOT_DECIDED"], (w) => drop(w, "ThresholdChanged", 0)],
    ["a proposal given twice", ["APPROVAL_INVALID"], (w) => again(w, "ActProposed", 4)],
    ["a miscounted approval", ["APPROVAL_INVALID"], (w) => patch(w, "ActApproved", 1, { approvals: 3 })],
    ["a proposal by a stranger", ["NOT_LICENSOR"], (w) => patch(w, "ActProposed", 0, { proposer: node0 })],
    ["a change of the threshold by nobody", ["NOT_DECIDED"], after(() => ({ type: "ThresholdChanged", threshold: 1 }))],
    ["a suspension by a stranger", ["NOT_LICENSOR"], after(() => ({ type: "NodeSuspended", account: node0, licensor: node1, until: 9 }))],
    ["a node registered without a licence", ["REGISTRATION_INVALID"], after(() => ({ type: "NodeRegistered", account: account(99), version: 1, peerId: "new", encryptionKey: hashOf(1), addresses: [] }))],
    ["another node's peer id", ["REGISTRATION_INVALID"], after(() => ({ type: "NodeRegistered", account: node1, version: 2, peerId: "peer0", encryptionKey: hashOf(1), addresses: [] }))],
    ["another node's encryption key", ["REGISTRATION_INVALID"], after(() => ({ type: "NodeRegistered", account: node1, version: 2, peerId: "new", encryptionKey: hashOf(500), addresses: [] }))],
    ["a registration replayed", ["REGISTRATION_INVALID"], after(() => ({ type: "NodeRegistered", account: node1, version: 1, peerId: "peer1", encryptionKey: hashOf(501), addresses: [] }))],
    ["a task by a stranger", ["TASK_INVALID"], (w) => patch(w, "TaskCreated", 0, { creator: account(99) })],
    ["another document than the one that was hashed", ["TASK_INVALID"], (w) => patch(w, "TaskCreated", 0, { document: new TextEncoder().encode("{}") })],
    ["parameters under the id of others", ["TASK_INVALID"], (w) => patch(w, "TaskCreated", 0, { params: { ...nth(w, "TaskCreated", 0).params, maxWeight: 101 } })],
    ["a task that was never created", ["UNKNOWN_TASK"], after(() => ({ type: "MemberJoined", taskId: hashOf(9), account: node0, index: 0 }))],
    ["a member of a task that was not approved", ["MEMBER_INVALID", "NOT_DECIDED"], (w) => drop(w, "TaskApproved", 0)],
    ["a member without a licence", ["MEMBER_INVALID"], after((taskId) => ({ type: "MemberJoined", taskId, account: account(99), index: 4 }))],
    ["a member that joined twice", ["MEMBER_INVALID"], after((taskId) => ({ type: "MemberJoined", taskId, account: node0, index: 4 }))],
    ["a task waiting for too many", ["SNAPSHOT_WRONG"], (w) => patch(w, "TaskWaiting", 0, { needed: 5 })],
    ["a snapshot without a licensed member", ["DIGEST_WRONG", "SNAPSHOT_WRONG", "ACT_NOT_IN_SNAPSHOT", "TOO_EARLY"], (w) => patch(w, "RoundOpened", -1, { snapshot: 7n })],
    ["an attempt opened while paused", ["NOT_DECIDED", "SNAPSHOT_WRONG"], (w) => w.events.splice(w.events.indexOf(nth(w, "RoundOpened", 0)), 0, { type: "Paused", at: { ...nth(w, "MemberJoined", -1).at, index: 0.5 } })],
    ["another base", ["OPENING_WRONG", "DIGEST_WRONG", "UPDATE_INVALID"], (w) => patch(w, "RoundOpened", -1, { base: hashOf(1) })],
    ["a phase that is too short", ["DEADLINE_WRONG"], (w) => patch(w, "SubmissionsClosed", 0, { deadline: nth(w, "SubmissionsClosed", 0).deadline - 1 })],
    ["a phase of too few blocks", ["DEADLINE_WRONG"], (w) => patch(w, "RoundOpened", -1, { deadlineBlock: nth(w, "RoundOpened", -1).deadlineBlock - 1 })],
    ["growth that was not due", ["DEADLINE_WRONG"], (w) => patch(w, "RoundAborted", 0, { growth: 2 })],
    ["an abort for another reason", ["OUT_OF_PHASE", "DEADLINE_WRONG"], (w) => patch(w, "RoundAborted", 0, { reason: "NoQuorum" })],
    ["an abort before the deadline", ["TOO_EARLY"], (w) => patch(w, "RoundAborted", 0, { at: { ...nth(w, "RoundAborted", 0).at, timestamp: 1_000_050 } })],
    ["a submission with another CID than its digest says", ["DIGEST_WRONG"], (w) => patch(w, "UpdateSubmitted", -1, { cid: "bafyother" })],
    ["another weight than its digest says", ["DIGEST_WRONG", "MERGE_WRONG"], (w) => patch(w, "UpdateSubmitted", -1, { weight: 99 })],
    ["a weight above the task's", ["DIGEST_WRONG", "MERGE_WRONG", "WEIGHT_INVALID"], (w) => patch(w, "UpdateSubmitted", -1, { weight: 101 })],
    ["a submission left out", ["DIGEST_WRONG", "SUBMITTED_WRONG", "TOO_EARLY", "ATTESTATION_INVALID", "INCLUSION_WRONG"], (w) => drop(w, "UpdateSubmitted", -1)],
    ["a member that submitted twice", ["ACT_REPEATED", "DIGEST_WRONG"], (w) => again(w, "UpdateSubmitted", -1)],
    ["another file in a second attempt", ["DIGEST_WRONG", "FILE_CHANGED"], (w) => patch(w, "UpdateSubmitted", 4, { sha256: hashOf(1) })],
    ["a submission to an attempt that is over", ["OUT_OF_PHASE"], (w) => again(w, "RoundAborted", 0, nth(w, "UpdateSubmitted", 4) as object)],
    ["an attestation taken back", ["ATTESTATION_INVALID", "TOO_EARLY"], (w) => again(w, "UpdatesAttested", 0, { held: 1n })],
    ["an update both held and refused", ["ATTESTATION_INVALID"], (w) => patch(w, "UpdatesAttested", 0, { refused: 1n })],
    ["an attestation to what nobody submitted", ["ATTESTATION_INVALID", "TOO_EARLY"], (w) => patch(w, "UpdatesAttested", 0, { held: 31n })],
    ["an update included that too few held", ["DIGEST_WRONG", "INCLUSION_WRONG", "MERGE_WRONG"], (w) => patch(w, "InclusionFixed", -1, { included: 7n })],
    ["an included set fixed before all decided", ["TOO_EARLY"], (w) => drop(w, "UpdatesAttested", -1)],
    ["a final round that names another set", ["INCLUSION_WRONG"], (w) => patch(w, "RoundFinalized", -1, { included: 7n })],
    ["a model finalized by too few votes", ["QUORUM_MISSING"], (w) => drop(w, "ModelVoted", -1)],
    ["a model finalized that nobody voted for", ["QUORUM_MISSING", "MERGE_WRONG", "FINISH_WRONG", "FILE_MISSING"], (w) => patch(w, "RoundFinalized", -1, { modelHash: hashOf(1) })],
    ["a member that voted twice", ["ACT_REPEATED"], (w) => again(w, "ModelVoted", -1)],
    ["a quorum that was ignored", ["QUORUM_IGNORED", "TOO_EARLY", "FINISH_WRONG"], (w) => Object.assign(nth(w, "RoundFinalized", -1), { type: "RoundAborted", reason: "NoQuorum", growth: 1 })],
    ["an evaluation that the task does not ask for", ["VOTE_INVALID"], (w) => patch(w, "ModelVoted", -1, { evaluation: 10 })],
    ["a late vote for another model", ["VOTE_INVALID"], after((taskId) => ({ type: "ModelVoted", taskId, round: 3, attempt: 0, member: 3, modelHash: hashOf(1), evaluation: 65535, late: true }))],
    ["a task finished with another model", ["FINISH_WRONG"], (w) => patch(w, "TaskFinished", 0, { modelHash: hashOf(1) })],
    ["a task that goes on after its last round", ["FINISH_WRONG"], (w) => drop(w, "TaskFinished", 0)],
    ["members made absent for nothing", ["ABSENCE_WRONG"], after((taskId) => ({ type: "AbsenceChanged", taskId, absent: 1n }))],
    ["a round after the last", ["OUT_OF_PHASE", "OPENING_WRONG", "DIGEST_WRONG", "DEADLINE_WRONG", "FINISH_WRONG"], (w) => w.tx().emit({ ...nth(w, "RoundOpened", -1), round: 4 })],
  ];
  for (const [title, expected, change] of cases) {
    it(`${expected.join(", ")}: ${title}`, async () => {
      const { world } = buildWorld();
      change(world);
      await expectWrong(world, expected);
    });
  }
});

describe("audit: licences in the middle of a round (R10)", () => {
  const beforeSubmit = (act: (world: World) => void): Twist => ({
    before: (world, { round, what, member }) => {
      if (round === 3 && what === "submit" && member === 3) act(world);
    },
  });

  it("names every act of a member that had been revoked", async () => {
    const { world } = buildWorld(beforeSubmit((w) => w.decide({ act: "revoke", account: node3 }, { type: "NodeRevoked", account: node3, grant: 1 })));
    const findings = await expectWrong(world, ["ACT_BARRED"]);
    assert.equal(findings.length, 2, "it submitted and attested");
    for (const finding of findings) {
      assert.equal(finding.account, node3);
      assert.equal(finding.round, 3);
      assert.match(finding.text, /Member 3 .* revoked or suspended/);
    }
  });

  it("names acts during a suspension, and allows them once it has lapsed", async () => {
    const suspend = (seconds: number) =>
      beforeSubmit((w) => w.tx().emit({ type: "NodeSuspended", account: node3, licensor: LICENSORS[0], until: w.time + seconds }));
    await expectWrong(buildWorld(suspend(1000)).world, ["ACT_BARRED"]);
    await expectRight(buildWorld(suspend(1)).world);
  });

  it("lets a licence that expires in mid-attempt count until the next snapshot, and not longer", async () => {
    const opened = nth(buildWorld().world, "RoundOpened", -1).at.timestamp;
    for (const [expiresAt, right] of [[opened + 1, true], [opened, false]] as const) {
      const { world } = buildWorld();
      patch(world, "ActProposed", 3, { act: { act: "license", account: node3, expiresAt } });
      patch(world, "NodeAuthorized", 3, { expiresAt });
      if (right) await expectRight(world);
      else await expectWrong(world, ["SNAPSHOT_WRONG"]);
    }
  });
});

describe("audit: what a right ledger may hold", () => {
  it("a round that closed at its deadline without a silent member", async () => {
    await expectRight(buildWorld({ silent: (round) => (round === 3 ? [3] : []) }).world);
  });

  it("but not one that went on with fewer than minPeers", async () => {
    const { world } = buildWorld({ silent: (round) => (round === 3 ? [2, 3] : []) });
    await expectWrong(world, ["TOO_FEW_INCLUDED", "QUORUM_MISSING"]);
  });

  it("a late vote for the final model, also after the task's end", async () => {
    const { world, taskId, models } = buildWorld();
    const vote = { type: "ModelVoted", taskId, round: 3, attempt: 0, member: 3, modelHash: models[3] as `0x${string}`, evaluation: 65535, late: true } as const;
    world.tx().emit(vote);
    await expectRight(world);
    world.tx().emit(vote);
    await expectWrong(world, ["ACT_REPEATED"]);
  });

  it("the council changing itself, and proposals of the old one being closed", async () => {
    const { world } = buildWorld();
    const act = { act: "addLicensor", account: node0, threshold: 3 } as const;
    world.decide(act, { type: "LicensorAdded", licensor: node0 }, { type: "ThresholdChanged", threshold: 3 }, { type: "CouncilEpochStarted", epoch: 2 });
    await expectRight(world);
    world.epoch = 2;
    world.decide({ act: "pause" }, { type: "Paused" });
    await expectWrong(world, ["NOT_DECIDED"]);
  });
});

describe("audit: its own input", () => {
  const dependencies = (world: World) => ({ files: world.files, deployment, keccak256: keccak });

  it("AUDIT_EVENT_ORDER: events out of order", async () => {
    const { world } = buildWorld();
    await assert.rejects(audit(world.events.toReversed(), dependencies(world)), (error) => error instanceof SwarmError && error.code === "AUDIT_EVENT_ORDER");
  });

  it("reads events as they come, tells its progress, and stops when it is told to", async () => {
    const { world } = buildWorld();
    async function* stream() {
      yield* world.events;
    }
    const seen: number[] = [];
    const report = await audit(stream(), { ...dependencies(world), onProgress: ({ events }) => seen.push(events) });
    assert.equal(report.verdict, "right");
    assert.deepEqual(seen, Array.from({ length: world.events.length }, (_, i) => i + 1));
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(audit(stream(), { ...dependencies(world), signal }), /enough/);
  });
});
