import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { actedElsewhere } from "../../../node/core/round/actedElsewhere.ts";
import { b32, FIRST_MODEL, OPENING, Scenario, TASK } from "./scenario.ts";
import { voted } from "./waits.ts";

const MODEL = b32("a1");
const submitted = (member: number, cid: string): LedgerEvent => ({
  type: "UpdateSubmitted",
  taskId: TASK,
  round: 1,
  attempt: 0,
  member,
  sha256: b32("50"),
  cid,
  weight: 10,
  seen: OPENING,
});
function world() {
  const scenario = new Scenario();
  scenario.state.local.models.add(FIRST_MODEL);
  scenario
    .opens()
    .happens({ type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("50"), weight: 10 })
    .happens({ type: "sealed", round: 1, attempt: 0, seen: OPENING, cid: "cid0", sealed: b32("ea") });
  const at = { block: 9, index: 0, timestamp: 0, transaction: b32("ff") };
  return {
    ...scenario,
    state: scenario.state,
    elsewhere: (event: LedgerEvent) => actedElsewhere(scenario.state, { ...event, at } as LocatedEvent),
  };
}

test("R7: a submission whose sealed file this node did not make is somebody else's, even of the same update", () => {
  const { elsewhere } = world();
  assert.equal(elsewhere(submitted(0, "cid0")), undefined);
  assert.equal(elsewhere(submitted(0, "cid1")), "an update for round 1, attempt 1");
});

test("R7: a vote that is not in the journal is somebody else's, one for the journaled model is not", () => {
  const { state, elsewhere } = world();
  assert.equal(elsewhere(voted(0, MODEL)), "a vote in round 1, attempt 1");
  state.local.voted.set(b32("e3"), { round: 1, modelHash: MODEL });
  assert.equal(elsewhere(voted(0, MODEL)), undefined);
  assert.equal(elsewhere(voted(0, b32("a2"))), "a vote in round 1, attempt 1");
});

test("acts of other members, other tasks and attestations say nothing", () => {
  const { elsewhere } = world();
  assert.equal(elsewhere(submitted(1, "cid1")), undefined);
  assert.equal(elsewhere(voted(2, MODEL)), undefined);
  assert.equal(elsewhere({ ...submitted(0, "cid1"), taskId: b32("78") } as LedgerEvent), undefined);
  assert.equal(
    elsewhere({ type: "UpdatesAttested", taskId: TASK, round: 1, attempt: 0, member: 0, held: 1n, refused: 0n }),
    undefined,
  );
});
