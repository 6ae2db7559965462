import assert from "node:assert/strict";
import { test } from "node:test";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import { scheduleWords } from "../../node/simulator/schedule/words.ts";
import { simulate } from "../../node/simulator/simulate.ts";

const shape = { nodes: 4, f: 1, faults: "all" } as const;
const schedules = Array.from({ length: 200 }, (_, i) => makeSchedule(i + 1, shape));

test("some schedules merge with an optimizer, of each kind, and say so", () => {
  const kinds = schedules.map(({ merge }) => merge.optimizer?.type);
  const counts = ["momentum", "adam", undefined].map((kind) => kinds.filter((it) => it === kind).length);
  const [momentum = 0, adam = 0, none = 0] = counts;
  assert.ok(momentum >= 10 && adam >= 10 && none >= 120, `${counts}`);
  for (const [i, kind] of kinds.entries()) {
    const [first = ""] = scheduleWords(schedules[i] as (typeof schedules)[number]);
    assert.equal(first.match(/ and (momentum|adam),/)?.[1], kind);
  }
});

for (const kind of ["momentum", "adam"] as const) {
  test(`R4, R6, R7: swarms that merge with ${kind} keep their promises, and their audit recomputes them`, async () => {
    const some = schedules.filter(({ merge }) => merge.optimizer?.type === kind).slice(0, 8);
    let rounds = 0;
    for (const schedule of some) {
      const { violation, tally } = await simulate(schedule);
      assert.equal(violation, undefined, `seed ${schedule.seed}: ${violation?.code}: ${violation?.text}`);
      rounds += tally.rounds;
    }
    assert.ok(rounds > 2 * some.length, `${rounds} rounds`);
  });
}
