import assert from "node:assert/strict";
import { test } from "node:test";
import { b32, FIRST_MODEL, INCLUSION, Scenario, SUBMISSIONS, TASK } from "./scenario.ts";

/** Everyone submitted; this node is member 3 and has no file of its own on disk, which these tests do not need. */
const attesting = () => {
  const scenario = new Scenario(3);
  scenario.state.local.models.add(FIRST_MODEL);
  scenario.opens();
  for (const member of [0, 1, 2]) scenario.submits(member);
  return scenario.closesSubmissions(0b0111n);
};

test("ATTEST: every submission without a verdict is fetched, and attested in one act once all are decided", () => {
  const scenario = attesting();
  assert.deepEqual(
    scenario.of("open").map(({ submission }) => submission.member),
    [0, 1, 2],
  );
  scenario.opened(0).opened(1);
  assert.deepEqual(scenario.acts(), []);
  scenario.opened(2, "refused");
  const ref = { taskId: TASK, round: 1, attempt: 0, seen: SUBMISSIONS };
  assert.deepEqual(scenario.acts(), [{ type: "attest", ref, held: 0b011n, refused: 0b100n }]);
});

test("ATTEST: a member that waits for one file attests the others at two fifths of the phase, and that one when it comes", () => {
  const scenario = attesting().opened(0).opened(1);
  const start = scenario.state.now;
  assert.ok(scenario.wakeTimes().includes(start + 4));
  scenario.passes(4);
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "attest" && [act.held, act.refused]),
    [[0b011n, 0n]],
  );
  scenario.ledger({
    type: "UpdatesAttested",
    taskId: TASK,
    round: 1,
    attempt: 0,
    member: 3,
    held: 0b011n,
    refused: 0n,
  });
  assert.deepEqual(scenario.acts(), []);
  scenario.opened(2);
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "attest" && [act.held, act.refused]),
    [[0b100n, 0n]],
  );
});

test("R4: the same bytes by another author in another round need a verdict of their own", () => {
  const scenario = attesting().opened(0).opened(1).opened(2);
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewHeld", growth: 1 });
  scenario.opens(1, 1).submits(1, b32("50"), 1, 1).closesSubmissions(0b0010n, 1, 1);
  assert.deepEqual(
    scenario.of("open").map(({ submission }) => [submission.member, submission.sha256]),
    [[1, b32("50")]],
  );
});

test("MERGE: waits for what is included and not held yet, merges it in ledger order, votes once", () => {
  const scenario = attesting().opened(2).opened(0);
  scenario.fixesInclusion(0b0111n);
  assert.deepEqual(scenario.of("merge"), []);
  assert.deepEqual(
    scenario.of("open").map(({ submission }) => submission.member),
    [1],
  );
  scenario.opened(1);
  assert.deepEqual(
    scenario.of("merge").map(({ included, base }) => [included.map(({ member }) => member), base]),
    [[[0, 1, 2], FIRST_MODEL]],
  );
  scenario.happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: b32("a1"), evaluation: 65535 });
  const ref = { taskId: TASK, round: 1, attempt: 0, seen: INCLUSION };
  assert.deepEqual(scenario.acts(), [{ type: "vote", ref, modelHash: b32("a1"), evaluation: 65535 }]);
  scenario.ledger({
    type: "ModelVoted",
    taskId: TASK,
    round: 1,
    attempt: 0,
    member: 3,
    modelHash: b32("a1"),
    evaluation: 65535,
    late: false,
  });
  assert.deepEqual(scenario.acts(), []);
});

test("an update that is included but provably invalid is never merged", () => {
  const scenario = attesting().opened(0).opened(1, "refused").opened(2).fixesInclusion(0b0111n);
  assert.deepEqual(scenario.of("merge"), []);
});

test("R6: the node adopts the finalized model, not its own result, and fetches it", () => {
  const scenario = attesting().opened(0).opened(1).opened(2).fixesInclusion(0b0111n);
  scenario.happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: b32("a1"), evaluation: 65535 });
  scenario.finalizes(b32("a2"), 0b0111n).opens(2, 0, b32("a2"));
  assert.deepEqual(scenario.planned(), [`model/${b32("a2")}`]);
});

test("a member that others outran merges by itself rather than fetching the model", () => {
  const scenario = attesting().opened(0).opened(1).opened(2).fixesInclusion(0b0111n).finalizes(b32("a1"), 0b0111n);
  scenario.opens(2, 0, b32("a1"));
  assert.deepEqual(scenario.planned(), [`merge/${INCLUSION}`]);
  scenario.happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: b32("a1"), evaluation: 65535 });
  assert.deepEqual(
    scenario.of("train").map(({ base }) => base),
    [b32("a1")],
  );
});

test("a vote that comes after FINAL is still sent for the same model", () => {
  const scenario = attesting().opened(0).opened(1).opened(2).fixesInclusion(0b0111n);
  scenario
    .finalizes(b32("a1"), 0b0111n)
    .happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: b32("a1"), evaluation: 65535 });
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "vote" && act.modelHash),
    [b32("a1")],
  );
});

test("R9: after a rollback nothing is known of the chain, and all is planned anew from its history", () => {
  const scenario = attesting().opened(0).opened(1).opened(2);
  scenario.happens({ type: "rollback", to: 2 });
  assert.deepEqual(scenario.effects, []);
  assert.equal(scenario.state.local.verdicts.size, 3);
});

test("R5: what does not match is attested as refused, and asked for again where enough others hold it after all", () => {
  const scenario = attesting().opened(0).opened(1, "unmatched").opened(2);
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "attest" && [act.held, act.refused]),
    [[0b101n, 0b010n]],
  );
  assert.deepEqual(scenario.of("open"), [], "nobody has it");
  scenario.fixesInclusion(0b0111n);
  assert.deepEqual(
    scenario.of("open").map(({ submission, included }) => [submission.member, included]),
    [[1, true]],
  );
  assert.deepEqual(scenario.of("merge"), []);
  scenario.opened(1);
  assert.deepEqual([scenario.of("open").length, scenario.of("merge").length], [0, 1]);
});

test("R5: what one CID did not hold is looked for again when its author seals the same file anew for a later attempt", () => {
  const scenario = attesting().opened(0).opened(1, "unmatched").opened(2, "unmatched");
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewHeld", growth: 1 });
  scenario.opens(1, 1).submits(1, b32("51"), 1, 1, "anew").submits(2, b32("52"), 1, 1).closesSubmissions(0b110n, 1, 1);
  assert.deepEqual(
    scenario.of("open").map(({ submission }) => submission.cid),
    ["anew"],
    "member 2 offers what was looked at before",
  );
  scenario.opened(1, "held", b32("51"), 1, "anew");
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "attest" && [act.held, act.refused]),
    [[0b010n, 0b100n]],
  );
});
