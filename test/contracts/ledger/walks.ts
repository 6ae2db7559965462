/** Whole walks: a task with its members, then one random move after the other. */
import fc from "fast-check";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import { account } from "./chain.ts";
import { memberAccount, Scenario } from "./scenario.ts";
import type { Step } from "./step.ts";
import { type Move, moveArbitrary, Walk } from "./walk.ts";
import { DOCUMENT, MODEL_CID, PARAMS, type World } from "./world.ts";

export interface Setting {
  f: number;
  members: number;
  minPhaseBlocks: number;
  evaluations: boolean;
}

export const settingArbitrary: fc.Arbitrary<Setting> = fc.record({
  f: fc.constantFrom(0, 1, 1),
  members: fc.integer({ min: 4, max: 6 }),
  minPhaseBlocks: fc.constantFrom(0, 1, 40),
  evaluations: fc.boolean(),
});

export const movesArbitrary: fc.Arbitrary<Move[]> = fc.array(moveArbitrary, {
  minLength: 30,
  maxLength: 100,
  size: "max",
});

/** A new task that may be joined. */
export async function openTask(
  world: World,
  { f, evaluations }: Setting,
): Promise<{ scenario: Scenario; params: TaskParams }> {
  const params = { ...PARAMS, f, minPeers: 2 + f, startMembers: 3 + f, rounds: 6, evaluations };
  const scenario = new Scenario(world, params);
  await scenario.done(account(0), { type: "createTask", params, document: DOCUMENT, modelCid: MODEL_CID });
  await world.registry.approve(scenario.taskId);
  return { scenario, params };
}

/** Members join, then the moves happen; each step is shown to the observers, who throw at what is wrong. */
export async function walk(
  scenario: Scenario,
  setting: Setting,
  moves: readonly Move[],
  observers: ((step: Step) => void | Promise<void>)[],
): Promise<void> {
  const steps = new Walk(scenario, setting.minPhaseBlocks, observers);
  const accounts = Array.from({ length: setting.members }, (_, i) => memberAccount(i));
  await scenario.world.registry.license(accounts, "licensed");
  for (const who of accounts) await steps.act(who, { type: "join", taskId: scenario.taskId });
  for (const move of moves) await steps.move(move);
}
