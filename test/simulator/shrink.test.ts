import assert from "node:assert/strict";
import { test } from "node:test";
import { createPrng } from "../../node/core/prng.ts";
import { POLICIES } from "../../node/simulator/policies/policies.ts";
import { shrink } from "../../node/simulator/run/shrink.ts";
import { chanceOf } from "../../node/simulator/schedule/chance.ts";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import type { Schedule, Shape } from "../../node/simulator/schedule/schedule.ts";
import { simulate } from "../../node/simulator/simulate.ts";

const shape: Shape = { nodes: 7, f: 2, faults: "all" };
const signal = new AbortController().signal;

/** A schedule of some size, by the seed. */
function large(seed: number): Schedule {
  for (let at = seed * 1000; ; at++) {
    const schedule = makeSchedule(at, shape);
    if (schedule.faults.length >= 8 && schedule.liars.length === 2) return schedule;
  }
}

test("what a failure needs is what is left: any few faults, a liar and its lie", async () => {
  for (let seed = 1; seed <= 20; seed++) {
    const schedule = large(seed);
    const chance = chanceOf(createPrng(seed, 9));
    const needed = chance
      .several(chance.whole(0, 4), schedule.faults.length)
      .map((i) => schedule.faults[i] as Schedule["faults"][number])
      .sort((a, b) => a.at - b.at);
    const liar = chance.pick(schedule.liars);
    const shows = async (smaller: Schedule): Promise<boolean> =>
      needed.every((fault) => smaller.faults.includes(fault)) &&
      smaller.liars.some(({ node, author }) => node === liar.node && author === liar.author);
    const smallest = await shrink(schedule, { shows, most: 10_000, signal });
    assert.deepEqual(smallest.faults, needed, `seed ${seed}`);
    assert.deepEqual(
      smallest.liars,
      [{ ...liar, attester: "honest", voter: "honest", server: "honest" }],
      `seed ${seed}`,
    );
    assert.deepEqual(smallest.noise, { duplicates: 0, transactionMs: 300 });
    const joins = needed.some(({ kind }) => kind === "join");
    assert.equal(smallest.joiners, joins ? schedule.joiners : 0);
  }
});

test("no more schedules are tried than allowed, and the smallest so far is the result", async () => {
  let tried = 0;
  const schedule = large(1);
  const shows = async (): Promise<boolean> => ++tried <= 2;
  const smallest = await shrink(schedule, { shows, most: 3, signal });
  assert.equal(tried, 3);
  assert.ok(smallest.faults.length < schedule.faults.length);
});

test("a real failure is shown by the smaller schedule, too", async () => {
  const policy = POLICIES["negative-zero"];
  const shows = async (schedule: Schedule): Promise<boolean> =>
    (await simulate(schedule, { policy })).violation?.code === "MERGES_DIFFER";
  const schedule = makeSchedule(1, shape);
  assert.ok(await shows(schedule));
  const smallest = await shrink(schedule, { shows, most: 100, signal });
  assert.ok(smallest.faults.length < schedule.faults.length && smallest.liars.length <= 1);
  assert.ok(await shows(smallest));
});
