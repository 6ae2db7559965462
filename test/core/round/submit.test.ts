import assert from "node:assert/strict";
import { test } from "node:test";
import { account, b32, FIRST_MODEL, OPENING, Scenario, TASK } from "./scenario.ts";

const ready = () => {
  const scenario = new Scenario();
  scenario.state.local.models.add(FIRST_MODEL);
  return scenario.opens();
};
const trained = { type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("50"), weight: 10 } as const;
const sealed = { type: "sealed", round: 1, attempt: 0, seen: OPENING, cid: "cid0", sealed: b32("ea") } as const;

test("a member without the base model gets it before it trains", () => {
  const scenario = new Scenario().opens();
  assert.deepEqual(scenario.planned(), [`model/${FIRST_MODEL}`]);
  scenario.happens({ type: "modelHeld", sha256: FIRST_MODEL });
  assert.deepEqual(scenario.planned(), [`train/1/${FIRST_MODEL}`]);
});

test("SUBMIT goes train, seal, submit, one after the other", () => {
  const scenario = ready();
  assert.deepEqual(scenario.planned(), [`train/1/${FIRST_MODEL}`]);
  scenario.happens(trained);
  assert.deepEqual(
    scenario.of("seal").map(({ sha256, recipients }) => [sha256, recipients.length]),
    [[b32("50"), 4]],
  );
  scenario.happens(sealed);
  assert.deepEqual(scenario.acts(), [
    {
      type: "submit",
      ref: { taskId: TASK, round: 1, attempt: 0, seen: OPENING },
      sha256: b32("50"),
      cid: "cid0",
      weight: 10,
    },
  ]);
});

test("R10: nothing is sealed to who was revoked or suspended after the opening, nodes and auditors alike; expiry changes nothing", () => {
  const auditor = account(8);
  const scenario = new Scenario();
  scenario.state.local.models.add(FIRST_MODEL);
  scenario.ledger(
    { type: "AuditorAuthorized", account: auditor, grant: 1 },
    {
      type: "NodeRegistered",
      account: auditor,
      version: 1,
      peerId: "auditor",
      encryptionKey: b32("c8"),
      addresses: [],
    },
    { type: "NodeAuthorized", account: account(3), grant: 2, expiresAt: scenario.state.now + 1 },
  );
  const recipients = () => scenario.of("seal")[0]?.recipients;
  scenario.opens().passes(2).happens(trained);
  assert.deepEqual(recipients(), [b32("c0"), b32("c1"), b32("c2"), b32("c3"), b32("c8")]);
  scenario.ledger({ type: "NodeRevoked", account: account(1), grant: 1 });
  assert.deepEqual(recipients(), [b32("c0"), b32("c2"), b32("c3"), b32("c8")]);
  const until = scenario.state.now + 100;
  for (const who of [account(2), auditor])
    scenario.ledger({ type: "NodeSuspended", account: who, licensor: account(9), until });
  assert.deepEqual(recipients(), [b32("c0"), b32("c3")]);
});

test("R2: the sealed file is not offered before submissions are closed", () => {
  const scenario = ready().happens(trained).happens(sealed).submits(0);
  assert.deepEqual(scenario.planned(), []);
  scenario.closesSubmissions(0b0001n);
  assert.deepEqual(
    scenario.of("offer").map(({ cid }) => cid),
    ["cid0"],
  );
  scenario.happens({ type: "offered", seen: OPENING });
  assert.deepEqual(scenario.of("offer"), []);
});

test("R2: a later attempt seals the same file again, for the new snapshot, and trains nothing", () => {
  const scenario = ready().happens(trained).happens(sealed).submits(0);
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewSubmissions", growth: 1 });
  const again = b32("e9");
  scenario.ledger({
    type: "RoundOpened",
    taskId: TASK,
    round: 1,
    attempt: 1,
    base: FIRST_MODEL,
    snapshot: 0b0111n,
    deadline: 2e6,
    deadlineBlock: 0,
    seen: again,
  });
  assert.deepEqual(scenario.of("train"), []);
  assert.deepEqual(
    scenario.of("seal").map(({ seen, sha256, recipients }) => [seen, sha256, recipients.length]),
    [[again, b32("50"), 3]],
  );
});

test("R7: a node that submitted a file its journal does not know gets it back from members, and submits nothing before", () => {
  const scenario = ready().submits(0, b32("5f"));
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewSubmissions", growth: 1 });
  scenario.opens(1, 1);
  const [regain] = scenario.of("regain");
  assert.deepEqual(scenario.planned(), [regain?.key]);
  assert.deepEqual([regain?.round, regain?.base, regain?.sha256], [1, FIRST_MODEL, b32("5f")]);
  scenario.happens({ type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("5f"), weight: regain?.weight ?? 0 });
  assert.deepEqual(
    scenario.of("seal").map(({ sha256 }) => sha256),
    [b32("5f")],
  );
});

test("R7: whoever lost its journal asks for its file at once, and submits it from the next attempt on", () => {
  const scenario = ready().submits(0, b32("5f"));
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewSubmissions", growth: 1 });
  scenario.opens(1, 1);
  scenario.state.local.satOut.add("1.1");
  assert.equal(scenario.of("regain").length, 1);
  scenario.happens({ type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("5f"), weight: 1 });
  assert.deepEqual(scenario.planned(), [], "it may have signed this file under another CID in this attempt");
});

test("R7: a node whose own update is gone does not make a second one for the round", () => {
  const scenario = ready()
    .happens(trained)
    .happens({ type: "lost", kind: "update", sha256: b32("50") });
  assert.deepEqual(scenario.planned(), []);
});

test("a transaction that was mined waits for its block instead of being sent again; R9: one that was lost is sent again", () => {
  const scenario = ready().happens(trained).happens(sealed);
  const key = scenario.of("act")[0]?.key ?? "";
  scenario.happens({ type: "sent", key, block: scenario.state.view.head + 1 });
  assert.deepEqual(scenario.acts(), []);
  scenario.ledger();
  assert.equal(scenario.acts()[0]?.type, "submit");
});

test("what failed is tried again later and later", () => {
  const scenario = ready();
  const key = `train/1/${FIRST_MODEL}`;
  const delays: number[] = [];
  for (let attempt = 0; attempt < 7; attempt++) {
    scenario.happens({ type: "failed", key });
    const retryAt = scenario.state.local.failures.get(key)?.retryAt ?? Number.NaN;
    delays.push(retryAt - scenario.state.now);
    assert.deepEqual(scenario.of("train"), []);
    assert.ok(scenario.wakeTimes().includes(retryAt));
    scenario.state.now = retryAt;
    assert.equal(scenario.happens({ type: "tick" }).of("train").length, 1);
  }
  assert.deepEqual(delays, [0.25, 0.5, 1, 2, 4, 8, 8]);
});

test("training that diverged is not tried again from the same base, whatever attempt it is; it is from the next base", () => {
  const scenario = ready().happens({ type: "diverged", round: 1, base: FIRST_MODEL });
  assert.deepEqual(scenario.planned(), []);
  scenario.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewSubmissions", growth: 1 });
  assert.deepEqual(scenario.opens(1, 1).planned(), []);
  scenario.finalizes(b32("a1"), 0b1110n, 1, 1).happens({ type: "modelHeld", sha256: b32("a1") });
  assert.deepEqual(scenario.opens(2, 0, b32("a1")).planned(), [`train/2/${b32("a1")}`]);
});

test("a node outside of the snapshot holds the model and waits", () => {
  const scenario = new Scenario();
  scenario.state.local.models.add(FIRST_MODEL);
  scenario.opens(1, 0, FIRST_MODEL, 0b1110n);
  assert.deepEqual(scenario.planned(), []);
});

test("R10: a suspended or revoked node does nothing; an expired one finishes the attempt", () => {
  for (const event of ["NodeSuspended", "NodeRevoked"] as const) {
    const scenario = ready();
    const who = scenario.state.account;
    if (event === "NodeSuspended")
      scenario.ledger({ type: event, account: who, licensor: who, until: scenario.state.now + 1e5 });
    else scenario.ledger({ type: event, account: who, grant: 1 });
    assert.deepEqual(scenario.planned(), [], event);
  }
  const expired = new Scenario();
  expired.state.local.models.add(FIRST_MODEL);
  expired
    .ledger({ type: "NodeAuthorized", account: expired.state.account, grant: 2, expiresAt: expired.state.now + 1 })
    .opens()
    .passes(5);
  assert.deepEqual(expired.planned(), [`train/1/${FIRST_MODEL}`]);
});
