import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { createPrometheus } from "../../node/adapters/metrics/prometheus.ts";
import { measure } from "../../node/daemon/measure.ts";
import { createLogCollector } from "../ports/support.ts";
import { samplesOf } from "../metrics/support/samples.ts";
import { forging, withValues } from "./support/forging.ts";
import type { Clinic } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm } from "./support/swarm.ts";

/** Measures one clinic's daemon, from its next start on. */
function measured(t: TestContext, clinic: Clinic, taskId: `0x${string}`) {
  const metrics = createPrometheus({ logger: createLogCollector().logger });
  t.after(() => metrics.close());
  const network = {
    connections: () => clinic.network?.connections() ?? [],
    traffic: () => clinic.network?.traffic() ?? { sent: 0, received: 0, content: 0 },
  };
  clinic.observer = measure(metrics, network, { account: clinic.account, taskId, earlyStopping: undefined });
  return async (name: string): Promise<number | undefined> => samplesOf((await metrics.read()).text).get(name);
}

test("R4: an update that a node refuses, and that is left out, is counted with the reason", async (t) => {
  const swarm = await createSwarm(smallTask({ rounds: 2 }), 4);
  const [witness, , , attacker] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  const value = measured(t, witness, swarm.taskId);
  await swarm.startAll({ 3: forging(attacker, (file) => withValues(file, 101)) });
  await swarm.finish();
  assert.equal(await value('swarm_updates_refused_total{reason="UPDATE_NORM"}'), 2);
  assert.equal(await value("swarm_updates_left_out_total"), 2);
  assert.equal(await value("swarm_updates_included_total"), 6);
  assert.equal(await value("swarm_rounds_final_total"), 2);
  assert.equal(await value("swarm_merge_duration_seconds_count"), 2);
  assert.equal(await value('swarm_phase{phase="finished"}'), 1);
  assert.equal(await value("swarm_peers_expected"), 3);
  await swarm.stopAll();
});

test("a phase that lasts shows its deadline and who is missing; an attempt that it ends is counted", async (t) => {
  const swarm = await createSwarm(smallTask({ rounds: 3 }), 4);
  const [witness, other, third, victim] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  const value = measured(t, witness, swarm.taskId);
  for (const clinic of swarm.clinics) await clinic.start();
  await swarm.until(() => swarm.stateOf(witness).round === 2);
  // Two of four are too few with f = 1.
  await victim.stop();
  await third.stop();
  await swarm.until(() => swarm.stateOf(witness).attempt?.submissions.size === 2);
  assert.equal(await value("swarm_members_missing"), 2);
  assert.equal(await value('swarm_phase{phase="submit"}'), 1);
  const { deadline, attempt } = swarm.stateOf(witness).attempt ?? {};
  assert.equal(await value("swarm_phase_deadline_timestamp_seconds"), deadline);
  assert.equal(await value("swarm_attempt"), attempt);
  await swarm.until(() => swarm.stateOf(witness).aborts > 0);
  assert.ok(((await value('swarm_attempts_aborted_total{reason="TooFewSubmissions"}')) ?? 0) >= 1);
  for (const clinic of [witness, other]) await clinic.stop();
});
