import assert from "node:assert/strict";
import { test } from "node:test";
import { Scenario } from "./scenario.ts";

test("a task runs its rounds and finishes", async () => {
  const task = await Scenario.start();
  for (let round = 1; round <= 3; round++) await task.round();
  const state = await task.state();
  assert.equal(state.phase, "Finished");
  assert.equal(state.round, 4);
});
