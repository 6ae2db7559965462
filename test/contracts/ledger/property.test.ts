import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { account } from "./chain.ts";
import { Invariants } from "./invariants.ts";
import { LedgerModel } from "./model.ts";
import { Refused, stateOfModel } from "./modelTask.ts";
import type { Scenario } from "./scenario.ts";
import { openWorld } from "./scenario.ts";
import type { Step } from "./step.ts";
import { movesArbitrary, openTask, settingArbitrary, walk } from "./walks.ts";
import { DOCUMENT, MODEL_CID } from "./world.ts";

/** Runs the same act on the model: same events or the same refusal, the same state, the same `canAdvance`. */
function compareWith(model: LedgerModel, scenario: Scenario): (step: Step) => Promise<void> {
  const { taskId, world } = scenario;
  return async ({ sender, act, outcome, after }) => {
    const now = { time: outcome.time, block: outcome.block };
    let refusal: string | undefined;
    try {
      assert.deepEqual(outcome.events, model.act(sender, act, now));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      refusal = error.reason;
    }
    assert.equal(outcome.error, refusal, act.type);
    const task = model.tasks.get(taskId);
    if (task === undefined) return;
    assert.deepEqual(after, stateOfModel(task));
    const next = { time: world.chain.time, block: world.chain.block + 1 };
    assert.equal(await world.read("canAdvance", [taskId]), model.canAdvance(taskId, next), "canAdvance");
  };
}

/** @param real on the real registry, whose licences, registrations and council acts take transactions of their own */
async function check(real: boolean, numRuns: number): Promise<void> {
  const walks = fc.asyncProperty(settingArbitrary, movesArbitrary, async (setting, moves) => {
    const { scenario, params } = await openTask(await openWorld(setting.minPhaseBlocks, real), setting);
    const { world } = scenario;
    const where = { chainId: world.chainId, ledger: world.address };
    const model = new LedgerModel(where, world.registry.facts, setting.minPhaseBlocks);
    model.act(
      account(0),
      { type: "createTask", params, document: DOCUMENT, modelCid: MODEL_CID },
      { time: 0, block: 0 },
    );
    const invariants = new Invariants();
    await walk(scenario, setting, moves, [(step) => invariants.observe(step), compareWith(model, scenario)]);
  });
  await fc.assert(walks, { numRuns, seed: 20261123, endOnFailure: false });
}

test("whoever acts in whatever order, the ledger does what the dumb model does and keeps every invariant", async () => {
  await check(false, 40);
});

test("the same holds with the real registry: licences, revocations, expiry and pauses by its council", async () => {
  await check(true, 8);
});
