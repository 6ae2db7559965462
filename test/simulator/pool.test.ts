import assert from "node:assert/strict";
import { test } from "node:test";
import { runSeeds, type SeedsInit } from "../../node/simulator/run/pool.ts";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import { type Outcome, simulate } from "../../node/simulator/simulate.ts";

const shape = { nodes: 4, f: 1, faults: "all" } as const;

async function pool(change: Partial<SeedsInit>): Promise<{ broken: Outcome[]; outcomes: Outcome[] }> {
  const outcomes: Outcome[] = [];
  const broken = await runSeeds({
    shape,
    policy: undefined,
    first: 1,
    count: 6,
    jobs: 2,
    goOn: false,
    signal: new AbortController().signal,
    onOutcome: (outcome) => void outcomes.push(outcome),
    ...change,
  });
  return { broken, outcomes: outcomes.sort((a, b) => a.seed - b.seed) };
}

test("seeds end in threads as they do in this one, each once", async () => {
  const { broken, outcomes } = await pool({});
  assert.deepEqual(broken, []);
  const alone: Outcome[] = [];
  for (let seed = 1; seed <= 6; seed++) alone.push(await simulate(makeSchedule(seed, shape)));
  assert.deepEqual(outcomes, alone);
});

test("the first broken promise is that of the least seed, whatever the number of threads", async () => {
  const one = await pool({ policy: "no-sync", count: 20, jobs: 1 });
  const [first] = one.broken;
  assert.ok(first?.violation);
  const three = await pool({ policy: "no-sync", count: 20, jobs: 3 });
  assert.deepEqual(three.broken, [first]);
  assert.ok(three.outcomes.length < 20, "the rest is not run");
  const all = await pool({ policy: "no-sync", count: 8, jobs: 3, goOn: true });
  assert.equal(all.outcomes.length, 8);
  assert.deepEqual(
    all.broken,
    all.outcomes.filter(({ violation }) => violation),
  );
});

test("it ends when it is told to", async () => {
  const stop = new AbortController();
  const onOutcome = (): void => stop.abort(new Error("enough"));
  await assert.rejects(pool({ count: 1_000_000, signal: stop.signal, onOutcome }), /enough/);
});
