import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import type { TaskDocument } from "../../node/core/task/document.ts";
import { type EarlyStop, earlyStopOf } from "../../node/core/round/earlyStop.ts";
import type { Clinic, Overrides } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

/** R11: real daemons on memory adapters, whose learners improve for some rounds and then no more. */

type Four = [Clinic, Clinic, Clinic, Clinic];
const RULE = { patience: 2, minImprovement: 0.01 };
/** Far more than it takes them to stop improving. */
const ROUNDS = 60;

const stoppingTask = (rest: Partial<TaskDocument> = {}): TaskDocument => {
  const { training } = smallTask();
  const stopping = { ...training, validationSplit: 0.2, earlyStopping: RULE };
  return smallTask({ rounds: ROUNDS }, { training: stopping, evaluations: true, ...rest });
};

const stopOf = (swarm: Swarm, clinic: Clinic): EarlyStop | undefined => {
  const task = clinic.peer?.state.view.tasks.get(swarm.taskId);
  return task && earlyStopOf(RULE, task);
};

/** Until all that run have stopped and said so. */
const untilStopped = (swarm: Swarm): Promise<void> =>
  swarm.until(() => swarm.clinics.every(({ peer, finished }) => !peer || finished.length > 0));

const lastSubmission = ({ signed }: Clinic): number =>
  Math.max(0, ...signed.map((act) => (act.type === "submit" ? act.ref.round : 0)));

/** Its votes carry this instead of what it measured. */
const reporting =
  (evaluation: number): Overrides =>
  ({ ledger }) => ({
    ledger: {
      ...ledger,
      send: (act, options) => ledger.send(act.type === "vote" ? { ...act, evaluation } : act, options),
    },
  });

test("R11: four daemons stop after the same round with the same best model, and do nothing more", async () => {
  const swarm = await createSwarm(stoppingTask(), 4);
  await swarm.startAll();
  await untilStopped(swarm);
  const [a] = swarm.clinics as Four;
  const stop = stopOf(swarm, a) as EarlyStop;
  assert.ok(stop.after > 2 && stop.after < ROUNDS, `stopped after round ${stop.after}`);
  assert.equal(stop.best.round, stop.after - RULE.patience);
  for (const { finished, signed } of swarm.clinics) {
    assert.deepEqual(
      finished.map(({ evaluation: _own, ...rest }) => rest),
      [{ rounds: stop.after, modelHash: stop.best.modelHash, stoppedEarly: { best: stop.best.round, stale: 2 } }],
    );
    assert.ok(signed.length > 0);
  }
  const acts = swarm.clinics.map(({ signed }) => signed.length);
  await swarm.clock.advance(3_600_000);
  assert.deepEqual(
    swarm.clinics.map(({ signed }) => signed.length),
    acts,
    "not even to end the phase of the attempt that is open",
  );
  assert.deepEqual(swarm.clinics.map(lastSubmission), [stop.after, stop.after, stop.after, stop.after]);
  assert.deepEqual(
    swarm.clinics.flatMap(({ waits }) => waits.filter(({ round }) => (round ?? 0) > stop.after)),
    [],
  );
  await swarm.stopAll();
});

test("R11: a liar's evaluations neither stop the task at once nor keep it going", async () => {
  const ends: number[] = [];
  for (const evaluation of [0, 10_000]) {
    const swarm = await createSwarm(stoppingTask(), 4);
    await swarm.startAll({ 3: reporting(evaluation) });
    await untilStopped(swarm);
    const stops = swarm.clinics.map((clinic) => stopOf(swarm, clinic)?.after);
    assert.equal(new Set(stops).size, 1, String(stops));
    ends.push(stops[0] as number);
    await swarm.stopAll();
  }
  for (const end of ends) assert.ok(end > 3 && end < ROUNDS, String(ends));
});

test("R11: with --once a daemon ends by itself when its task has stopped", async () => {
  const swarm = await createSwarm(stoppingTask(), 4);
  const [a] = swarm.clinics as Four;
  a.once = true;
  await swarm.startAll();
  assert.equal(await swarm.endOf(a), undefined);
  assert.equal(a.finished.length, 1);
  await swarm.stopAll();
});

test("R7, R11: daemons that start again come to the same end, and sign nothing for it", async () => {
  const swarm = await createSwarm(stoppingTask(), 4);
  await swarm.startAll();
  await untilStopped(swarm);
  const before = swarm.clinics.map(({ finished, signed }) => ({ end: finished[0], acts: signed.length }));
  await swarm.stopAll();
  for (const clinic of swarm.clinics) clinic.finished = [];
  await swarm.startAll();
  await untilStopped(swarm);
  assert.deepEqual(
    swarm.clinics.map(({ finished, signed }) => ({ end: finished[0], acts: signed.length })),
    before,
  );
  await swarm.stopAll();
});

test("R8, R11: who comes after the end with an empty disk gets the best model, though its round is beyond retention", async () => {
  const swarm = await createSwarm(stoppingTask({ retainRounds: 1 }), 4);
  const [a, , , late] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await untilStopped(swarm);
  const { after, best } = stopOf(swarm, a) as EarlyStop;
  await swarm.until(() => a.peer?.state.local.prunedBefore === after);
  assert.ok(best.round < after - 1, "its own round's files are gone");
  const models = await a.disk.list("model");
  assert.equal(models.length, 3, "the last one, what it began with, and the best one");
  assert.ok(models.includes(best.modelHash));
  const entries = await late.disk.entries();
  late.disk = createMemoryDisk();
  await late.disk.compact(() => entries);
  await late.start();
  await swarm.until(() => late.finished.length > 0);
  assert.equal(late.finished[0]?.modelHash, best.modelHash);
  assert.ok(await late.disk.has("model", best.modelHash));
  await swarm.stopAll();
});
