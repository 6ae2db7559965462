import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryLedger } from "../../node/adapters/memory/ledger.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { smallTask } from "./support/document.ts";
import { allEqual, neverTwice } from "./support/invariants.ts";
import type { Clinic, Overrides } from "./support/clinic.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

const ROUNDS = 5;

/** Loses the last `blocks` blocks once, right after the `nth` event of a type in round 2. */
function loseBlocks(swarm: Swarm, blocks: number, type: LedgerEvent["type"], nth: number): { done: () => boolean } {
  let times = 0;
  let done = false;
  const stop = swarm.chain.onHead(() => {
    for (const event of swarm.chain.head.events) {
      if (done || event.type !== type || !("round" in event) || event.round !== 2 || ++times < nth) continue;
      done = true;
      stop();
      // Not in the middle of the block's announcement: some daemons have acted on it by then, and some have not.
      setImmediate(() => swarm.chain.rewind(blocks));
    }
  });
  return { done: () => done };
}

/** Transactions take time on their way out, and receipts on their way back, so that blocks are lost in the middle of both. */
const slowly =
  (index: number): Overrides =>
  ({ ledger, clock }) => ({
    ledger: {
      ...ledger,
      async send(act, options) {
        await clock.sleep(100 * (index + 1), options.signal);
        const receipt = await ledger.send(act, options);
        await clock.sleep(150, options.signal);
        return receipt;
      },
    },
  });
const all = { 0: slowly(0), 1: slowly(1), 2: slowly(2), 3: slowly(3) };

const MOMENTS = [
  ["RoundOpened", 1, "a round opened"],
  ["UpdateSubmitted", 2, "two members had submitted"],
  ["SubmissionsClosed", 1, "submissions were closed"],
  ["UpdatesAttested", 2, "two members had attested"],
  ["InclusionFixed", 1, "the included set was fixed"],
  ["ModelVoted", 2, "two members had voted"],
  ["RoundFinalized", 1, "the round was final"],
] as const;

for (const [type, nth, when] of MOMENTS) {
  for (const blocks of [1, 2, 3]) {
    test(`R9: ${blocks} ${blocks > 1 ? "blocks are" : "block is"} lost after ${when}`, async () => {
      const swarm = await createSwarm(smallTask({ rounds: ROUNDS }), 4);
      const lost = loseBlocks(swarm, blocks, type, nth);
      await swarm.startAll(all);
      await swarm.until(lost.done);
      await swarm.finish();
      allEqual(swarm);
      for (const clinic of swarm.clinics) {
        neverTwice(clinic);
        assert.equal(swarm.stateOf(clinic).history.length, ROUNDS);
        assert.equal(swarm.stateOf(clinic).aborts, 0, "what was lost is sent again at once");
        assert.deepEqual(clinic.warnings.filter((line) => line.includes("came back shorter")).length, 1);
        const told = clinic.records.map(({ round }) => round);
        assert.deepEqual([...new Set(told)], [1, 2, 3, 4, 5], "what was told before the rollback is not told again");
        assert.ok(told.length <= ROUNDS + 1, `rounds told: ${told}`);
      }
      await swarm.stopAll();
    });
  }
}

test("R9: several rollbacks one after the other are survived", async () => {
  const swarm = await createSwarm(smallTask({ rounds: ROUNDS }), 4);
  await swarm.startAll();
  const [witness] = swarm.clinics as [Clinic];
  // Blocks from before the first round, when the members joined, are not to be lost.
  await swarm.until(() => swarm.stateOf(witness).round === 2);
  for (let time = 0; time < 6; time++) {
    await swarm.clock.advance(700);
    swarm.chain.rewind(1 + (time % 3));
  }
  await swarm.finish();
  allEqual(swarm);
  for (const clinic of swarm.clinics) neverTwice(clinic);
  await swarm.stopAll();
});

test("R9: a deeper split than the setting allows stops the daemon with that error, and only that daemon", async () => {
  const swarm = await createSwarm(smallTask({ rounds: ROUNDS }), 4);
  const [a, careful] = swarm.clinics as [Clinic, Clinic];
  await swarm.startAll({ 1: { ledger: createMemoryLedger(swarm.chain, careful.account, { maxRewind: 2 }) } });
  await swarm.until(() => swarm.stateOf(a).round === 2);
  swarm.chain.rewind(3);
  const ended = await swarm.endOf(careful);
  assert.ok(ended instanceof SwarmError && ended.code === "CHAIN_DEEP_REORG", String(ended));
  await swarm.until(() => swarm.stateOf(a).phase === "finished");
  await swarm.stopAll();
});
