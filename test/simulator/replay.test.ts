import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import { simulate } from "../../node/simulator/simulate.ts";

const shape = { nodes: 7, f: 2, faults: "all" } as const;

async function transcript(seed: number): Promise<string[]> {
  const lines: string[] = [];
  await simulate(makeSchedule(seed, shape), { say: (line) => void lines.push(line) });
  return lines;
}

test("a seed gives the same transcript every time, and another seed another one", async () => {
  // Among them are chains whose blocks are final at once, and chains whose blocks are not.
  const seeds = [1, 2, 3, 4];
  const confirmations = new Set(seeds.map((seed) => makeSchedule(seed, shape).chain.confirmations));
  assert.equal(confirmations.size, 2);
  for (const seed of seeds) {
    const first = await transcript(seed);
    assert.ok(first.length > 100 && first.some((line) => line.includes("is final")), first.join("\n"));
    assert.deepEqual(await transcript(seed), first);
  }
  assert.notDeepEqual(await transcript(1), await transcript(2));
});

test("whether somebody reads the transcript changes nothing", async () => {
  const quiet = await simulate(makeSchedule(3, shape));
  const heard = await simulate(makeSchedule(3, shape), { say: () => undefined });
  assert.deepEqual(heard, quiet);
});
