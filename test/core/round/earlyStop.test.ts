import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { expiredFiles } from "../../../node/core/round/retention.ts";
import { taskOf } from "../../../node/core/round/state.ts";
import { waitHere } from "../../../node/core/round/waiting/here.ts";
import { account, b32, FIRST_MODEL, INCLUSION, OPENING, Scenario, TASK } from "./scenario.ts";

const model = (round: number): Bytes32 => (round === 0 ? FIRST_MODEL : b32(`b${round}`));

const vote = (round: number, member: number, evaluation: number, late = false): LedgerEvent => ({
  type: "ModelVoted",
  taskId: TASK,
  round,
  attempt: 0,
  member,
  modelHash: model(round),
  evaluation,
  late,
});

/** The next attempt, as the contract opens it with the round before. */
const opening = (round: number, now: number): LedgerEvent => ({
  type: "RoundOpened",
  taskId: TASK,
  round,
  attempt: 0,
  base: model(round - 1),
  snapshot: 0b1111n,
  deadline: now + 10,
  deadlineBlock: 0,
  seen: OPENING,
});

/** A planner of a task with f = 1 and patience 2, in which rounds became final with these scores; it holds all models that `holds` says. */
function played(scores: number[], { holds = (_round: number): boolean => true, self = 0, rule = true } = {}): Scenario {
  const scenario = new Scenario(self);
  if (rule) Object.assign(scenario.state, { earlyStopping: { patience: 2, minImprovement: 0.01 } });
  for (let round = 0; round <= scores.length; round++) if (holds(round)) scenario.state.local.models.add(model(round));
  scenario.opens();
  for (const [i, score] of scores.entries()) {
    const round = i + 1;
    scenario.fixesInclusion(0b1111n, round);
    // The middle one of three counts, f = 1.
    scenario.ledger(
      vote(round, 1, 0),
      vote(round, 2, score),
      vote(round, 3, 10_000),
      { type: "RoundFinalized", taskId: TASK, round, attempt: 0, included: 0b1111n, modelHash: model(round) },
      opening(round + 1, scenario.state.now),
    );
  }
  return scenario;
}

const STOPPED = [7000, 7050, 7000];

test("R11: as long as it improves, members train for the next round", () => {
  assert.deepEqual(played([7000, 7000]).planned(), [`train/3/${model(2)}`]);
  assert.deepEqual(played([7000, 7050, 7100]).planned(), [`train/4/${model(3)}`]);
});

test("R11: once it has stopped, the best model is evaluated, and nobody submits, ends the phase or comes back", () => {
  const scenario = played(STOPPED);
  const [effect, ...others] = scenario.of("evaluate");
  assert.deepEqual(others, []);
  assert.deepEqual(effect && [effect.round, effect.model, effect.stoppedAfter], [1, model(1), 3]);
  scenario.happens({ type: "evaluated", model: model(1) });
  assert.deepEqual(scenario.effects, []);
  scenario.passes(100);
  assert.deepEqual(scenario.effects, [], "nor when the open attempt's time is over");
  scenario.ledger({ type: "AbsenceChanged", taskId: TASK, absent: 0b0001n });
  assert.deepEqual(scenario.effects, [], "nor when it is absent by then");
  assert.deepEqual(played(STOPPED, { rule: false }).planned(), [`train/4/${model(3)}`], "another task goes on");
});

test("R11: a task that waits for members does not open another round once it has stopped", () => {
  const scenario = played(STOPPED).happens({ type: "evaluated", model: model(1) });
  const aborted = {
    type: "RoundAborted",
    taskId: TASK,
    round: 4,
    attempt: 0,
    reason: "TooFewSubmissions",
    growth: 1,
  } as const;
  scenario.ledger(aborted, { type: "TaskWaiting", taskId: TASK, round: 4, needed: 4, eligible: 7n, paused: false });
  scenario.passes(5);
  assert.deepEqual(scenario.effects, []);
});

test("R11: late votes change nothing about a score, whatever they say", () => {
  const scenario = played([7000, 7050]);
  scenario.ledger(vote(2, 0, 10_000, true));
  assert.equal(taskOf(scenario.state).history.at(-1)?.score, 7050);
  assert.deepEqual(scenario.planned(), [`train/3/${model(2)}`]);
});

test("R11: votes for another model than the final one do not count for its score", () => {
  const scenario = played([]);
  scenario.fixesInclusion();
  const liar = { ...vote(1, 0, 0), modelHash: b32("66") } as LedgerEvent;
  const votes = [liar, vote(1, 1, 8000), vote(1, 2, 8100), vote(1, 3, 8200)];
  scenario.ledger(...votes).finalizes(model(1));
  assert.equal(taskOf(scenario.state).history[0]?.score, 8100);
});

test("R8, R11: who lacks the best model gets it by its hash, and says what it waits for", () => {
  const scenario = played(STOPPED, { holds: (round) => round === 3 });
  assert.deepEqual(scenario.planned(), [`model/${model(1)}`]);
  const { wait } = waitHere(scenario.state) ?? {};
  assert.deepEqual([wait?.kind, wait?.missing], ["model", [account(1), account(2), account(3)]]);
  scenario.happens({ type: "modelHeld", sha256: model(1) });
  assert.deepEqual(scenario.planned(), [`evaluate/${model(1)}`]);
  assert.equal(waitHere(scenario.state), undefined, "nothing is waited for in the attempt that is open");
});

test("R7, R9: a history that comes anew is judged anew: it may have stopped nowhere, or elsewhere", () => {
  const scenario = played(STOPPED);
  scenario.happens({ type: "rollback", to: 0 });
  assert.deepEqual(scenario.effects, []);
  const other = played([7000, 7050, 7100]);
  scenario.state.view = other.state.view;
  scenario.happens({ type: "tick" });
  assert.deepEqual(scenario.planned(), [`train/4/${model(3)}`]);
});

test("R11: retention keeps the best model until a better one is older than it, too", () => {
  const gone = (scores: number[], before: number): Bytes32[] => {
    const { state } = played(scores);
    return expiredFiles(state, taskOf(state), before).models.toSorted();
  };
  assert.deepEqual(gone([7000, 7000], 2), [FIRST_MODEL], "round 1 is the best one");
  assert.deepEqual(gone([7000, 7000, 7100], 3), [FIRST_MODEL], "round 3 is, and a chain may yet lose it");
  assert.deepEqual(gone([7000, 7000, 7100, 7100], 4), [FIRST_MODEL, model(1), model(2)]);
  const { state } = played([7000, 7000, 7100, 7100, 7000]);
  state.local.prunedBefore = 4;
  assert.deepEqual(
    expiredFiles(state, taskOf(state), 4).models,
    [model(1)],
    "what outlived its round is deleted later, though its round was cleared up before",
  );
});

test("R11: a task whose last round is final has come to its end in the ledger's words", () => {
  const scenario = played([7000, 7000, 7000]);
  scenario.ledger({ type: "TaskFinished", taskId: TASK, rounds: 3, modelHash: model(3) });
  const [effect] = scenario.of("evaluate");
  assert.deepEqual(effect && [effect.round, effect.model, effect.stoppedAfter], [3, model(3), undefined]);
});

test("a member that others outran still votes for the round that the task stopped after", () => {
  const scenario = played(STOPPED);
  scenario.happens({ type: "merged", round: 3, seen: INCLUSION, modelHash: model(3), evaluation: 7000 });
  assert.deepEqual(
    scenario.acts().map(({ type }) => type),
    ["vote"],
  );
});
