import assert from "node:assert/strict";
import { test } from "node:test";
import { KEPT_ROUNDS } from "../../../node/core/round/forget.ts";
import { account, b32, FIRST_MODEL, INCLUSION, OPENING, PARAMS, Scenario, TASK } from "./scenario.ts";

const ready = () => {
  const scenario = new Scenario();
  scenario.state.local.models.add(FIRST_MODEL);
  return scenario.opens();
};
const trained = { type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("50"), weight: 10 } as const;
const sealed = { type: "sealed", round: 1, attempt: 0, seen: OPENING, cid: "cid0", sealed: b32("ea") } as const;
const abort = {
  type: "RoundAborted",
  taskId: TASK,
  round: 1,
  attempt: 0,
  reason: "TooFewSubmissions",
  growth: 1,
} as const;

test("R9: a round that comes back on the base it had is answered with the file it had, not with a second one", () => {
  const scenario = ready().happens(trained);
  scenario.opens(1, 0, b32("a7"));
  assert.deepEqual(scenario.planned(), [`model/${b32("a7")}`], "another history: another base, trained on anew");
  scenario.happens({ ...trained, base: b32("a7"), sha256: b32("57") });
  scenario.opens();
  assert.deepEqual(
    scenario.of("seal").map(({ sha256 }) => sha256),
    [b32("50")],
  );
});

test("R7: a lost sealed file is not sealed again, for its CID may be signed already", () => {
  const scenario = ready().happens(trained).happens(sealed);
  scenario.happens({ type: "lost", kind: "sealed", sha256: b32("ea") });
  assert.deepEqual(
    scenario.acts().map((act) => act.type === "submit" && act.cid),
    ["cid0"],
  );
  scenario.submits(0).closesSubmissions(0b0001n);
  assert.deepEqual(scenario.of("offer"), []);
});

test("R7: a node that lost its file submits to the next attempt, unless the ledger has that file on record", () => {
  const lost = () =>
    ready()
      .happens(trained)
      .happens(sealed)
      .happens({ type: "lost", kind: "update", sha256: b32("50") });
  const free = lost();
  assert.deepEqual(free.planned(), [], "the open attempt may have a signed submission");
  assert.deepEqual(free.ledger(abort).opens(1, 1).planned(), [`train/1/${FIRST_MODEL}`]);
  const bound = lost().submits(0, b32("50")).ledger(abort).opens(1, 1);
  assert.deepEqual(bound.planned(), []);
});

test("over thousands of rounds a node remembers the last few only", () => {
  const scenario = ready();
  const { local } = scenario.state;
  for (let round = 1; round <= KEPT_ROUNDS + 1; round++) {
    local.own.set(`${round}/${FIRST_MODEL}`, { round, base: FIRST_MODEL, sha256: b32("50"), weight: 1 });
    local.sealed.set(`0x${round}`, { round, attempt: 0, cid: "c", sealed: b32("ea"), offered: true });
    local.merged.set(`0x${round}`, { round, modelHash: b32("a1"), evaluation: 0 });
    local.voted.set(`0x${round}`, { round, modelHash: b32("a1") });
    local.verdicts.set(`${round}/0/${b32("50")}`, "held");
    local.satOut.add(`${round}.0`);
  }
  const sizes = () =>
    [local.own, local.sealed, local.merged, local.voted, local.verdicts, local.satOut].map(({ size }) => size);
  scenario.opens(KEPT_ROUNDS + 1);
  assert.deepEqual(sizes(), Array(6).fill(KEPT_ROUNDS + 1));
  scenario.opens(KEPT_ROUNDS + 3);
  assert.deepEqual(sizes(), Array(6).fill(KEPT_ROUNDS - 1));
  assert.ok(!local.voted.has("0x2") && local.voted.has("0x3"));
});

test("retention names what nobody needs any more, once", () => {
  const scenario = ready();
  Object.assign(scenario.state, { retainRounds: 1 });
  scenario
    .happens(trained)
    .happens(sealed)
    .submits(0, b32("50"))
    .submits(1)
    .closesSubmissions(0b0011n)
    .fixesInclusion(0b0001n);
  scenario.happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: b32("a1"), evaluation: 0 });
  scenario.finalizes(b32("a1"), 0b0001n).opens(2, 0, b32("a1"));
  assert.deepEqual(scenario.of("prune"), [], "the last round is kept");
  scenario.finalizes(b32("a2"), 0b0001n, 2).opens(3, 0, b32("a2"));
  const files = { models: [FIRST_MODEL], updates: [b32("50"), b32("51")], sealed: [b32("ea")], cids: ["cid0", "cid1"] };
  assert.deepEqual(
    scenario.of("prune").map(({ before, files }) => [before, files]),
    [[2, files]],
  );
  const published = () => scenario.state.view.tasks.get(TASK)?.published.size;
  const contributors = () => scenario.state.view.tasks.get(TASK)?.history.map(({ included }) => included.length);
  assert.equal(published(), 2);
  const before = contributors();
  assert.equal(before?.[0], 1);
  scenario.happens({ type: "pruned", before: 2, models: files.models });
  assert.equal(published(), 0, "what is deleted can be given to nobody, and is forgotten");
  assert.deepEqual(contributors(), [0, before?.[1]], "nor can it be merged again");
  assert.deepEqual([scenario.of("prune"), scenario.state.local.models.has(FIRST_MODEL)], [[], false]);
});

test("retention never names what is needed elsewhere, whatever members call theirs: the first model's CID, those of kept rounds and of other tasks", () => {
  const scenario = ready();
  Object.assign(scenario.state, { retainRounds: 1 });
  const other = b32("78");
  scenario.ledger(
    {
      type: "TaskCreated",
      taskId: other,
      creator: account(1),
      params: PARAMS,
      document: new Uint8Array(),
      modelCid: "othersFirst",
    },
    { type: "MemberJoined", taskId: other, account: account(0), index: 0 },
  );
  const lies = ["bafy", "othersFirst", "cid2", "mine"];
  lies.forEach((cid, member) => scenario.submits(member, b32(`5${member}`), 1, 0, cid));
  scenario.closesSubmissions().fixesInclusion().finalizes(b32("a1")).opens(2, 0, b32("a1"));
  scenario.submits(2, b32("62"), 2).closesSubmissions(0b0100n, 2).fixesInclusion(0b0100n, 2);
  scenario.finalizes(b32("a2"), 0b0100n, 2).opens(3, 0, b32("a2"));
  const [prune] = scenario.of("prune");
  assert.deepEqual(prune?.files.cids, ["mine"]);
  assert.deepEqual(prune?.files.models, [], "the other task began with the same model");
});
