import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import type { Shape } from "../../node/simulator/schedule/schedule.ts";
import { simulate } from "../../node/simulator/simulate.ts";

/** Swarms through seeded faults and lies. What seeds have shown has tests of its own: a seed means another schedule once schedules change. */

const SEEDS = Array.from({ length: 40 }, (_, i) => i + 1);

async function keepsItsPromises(shape: Shape, seeds: readonly number[]): Promise<void> {
  const ended = { rounds: 0, aborts: 0, starts: 0 };
  for (const seed of seeds) {
    const { violation, tally } = await simulate(makeSchedule(seed, shape));
    assert.equal(violation, undefined, `seed ${seed}: ${violation?.code}: ${violation?.text}`);
    ended.rounds += tally.rounds;
    ended.aborts += tally.aborts;
    ended.starts += tally.starts;
  }
  // Otherwise nothing was put to the test.
  assert.ok(ended.rounds > seeds.length, `${ended.rounds} rounds`);
  assert.ok(ended.starts > seeds.length * shape.nodes, `${ended.starts} starts of daemons`);
}

test("R1 to R11: seven members, two of them liars, and all kinds of faults", () =>
  keepsItsPromises({ nodes: 7, f: 2, faults: "all" }, SEEDS));

test("R1 to R11: four members, one of them a liar, and all kinds of faults", () =>
  keepsItsPromises({ nodes: 4, f: 1, faults: "all" }, SEEDS));

test("R7: three members, f = 0, power cuts only", () => keepsItsPromises({ nodes: 3, f: 0, faults: "crashes" }, SEEDS));
