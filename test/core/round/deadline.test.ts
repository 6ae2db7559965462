import assert from "node:assert/strict";
import { test } from "node:test";
import { account, FIRST_MODEL, PARAMS, Scenario, TASK } from "./scenario.ts";

const holding = (self = 0) => {
  const scenario = new Scenario(self);
  scenario.state.local.models.add(FIRST_MODEL);
  return scenario;
};
const advances = (scenario: Scenario) => scenario.acts().filter((act) => act.type === "advance").length;

test("R1: after the deadline members take turns at ending the phase", () => {
  const due = [0, 1, 2, 3].map((self) => {
    const scenario = holding(self).opens();
    return Math.min(...scenario.wakeTimes().filter((time) => time >= scenario.state.now + 10)) - scenario.state.now;
  });
  assert.deepEqual([...due].sort(), [10, 10.25, 10.5, 10.75]);
  const scenario = holding().opens().passes(9);
  assert.equal(advances(scenario), 0);
  scenario.passes(2);
  assert.equal(advances(scenario), 1);
});

test("R1: a deadline in blocks holds even when the time has passed", () => {
  const scenario = holding();
  const { now, view } = scenario.state;
  scenario.ledger({
    type: "RoundOpened",
    taskId: TASK,
    round: 1,
    attempt: 0,
    base: FIRST_MODEL,
    snapshot: 0b1111n,
    deadline: now + 10,
    deadlineBlock: view.head + 4,
    seen: FIRST_MODEL,
  });
  scenario.passes(20);
  assert.equal(advances(scenario), 0);
  scenario.ledger().ledger();
  assert.equal(advances(scenario), 1);
});

test("WAITING: the task goes on by itself once enough members are eligible", () => {
  const scenario = holding().passes(1);
  assert.equal(advances(scenario), 1, "startMembers are in: open the first attempt");
  scenario.ledger({ type: "NodeRevoked", account: account(3), grant: 1 });
  scenario.ledger({ type: "TaskWaiting", taskId: TASK, round: 1, needed: 4, eligible: 0b0111n, paused: false });
  assert.equal(advances(scenario), 0);
  scenario.ledger({ type: "NodeAuthorized", account: account(3), grant: 2, expiresAt: scenario.state.now + 1000 });
  scenario.passes(1);
  assert.equal(advances(scenario), 1);
});

test("WAITING: members take turns at opening, counted from when enough of them are eligible", () => {
  const due = [0, 1, 2, 3].map((self) => {
    const scenario = holding(self);
    return advances(scenario) === 1 ? 0 : Math.min(...scenario.wakeTimes()) - scenario.state.now;
  });
  assert.deepEqual([...due].sort(), [0, 0.25, 0.5, 0.75]);
  const last = holding(due.indexOf(0.75));
  last.ledger().passes(0.5).ledger();
  assert.equal(advances(last), 0);
  assert.equal(advances(last.passes(0.25)), 1, "blocks in between do not put it off");
});

test("WAITING: a suspension that lapses is waited for; a pause is not", () => {
  const scenario = holding();
  scenario.ledger({ type: "NodeSuspended", account: account(2), licensor: account(9), until: scenario.state.now + 50 });
  assert.equal(advances(scenario), 0);
  assert.deepEqual(scenario.wakeTimes(), [scenario.state.now + 50]);
  scenario.passes(50).passes(1);
  assert.equal(advances(scenario), 1);
  scenario.ledger({ type: "Paused" });
  assert.equal(advances(scenario), 0);
});

test("R8: an absent member says that it is back", () => {
  const scenario = holding().opens(1, 0, FIRST_MODEL, 0b1110n);
  scenario.ledger({ type: "AbsenceChanged", taskId: TASK, absent: 0b0001n });
  assert.deepEqual(scenario.acts(), [{ type: "comeBack", taskId: TASK }]);
  scenario.ledger({ type: "AbsenceChanged", taskId: TASK, absent: 0n });
  assert.deepEqual(scenario.acts(), []);
});

test("FINISHED: the last model is evaluated once, nothing else happens", () => {
  const scenario = holding();
  scenario.ledger({ type: "TaskFinished", taskId: TASK, rounds: PARAMS.rounds, modelHash: FIRST_MODEL });
  assert.deepEqual(scenario.planned(), [`evaluate/${FIRST_MODEL}`]);
  scenario.happens({ type: "evaluated", model: FIRST_MODEL });
  assert.deepEqual(scenario.effects, []);
});
