import assert from "node:assert/strict";
import { test } from "node:test";
import { buildWorld } from "../../core/audit/world.ts";
import { parsePage } from "./support/page.ts";
import { written } from "./support/written.ts";

test("a followed audit writes its reports anew after final rounds, each whole and of its time", async () => {
  const { world } = buildWorld();
  const ends = new Set(world.events.filter(({ at }, i) => world.events[i + 1]?.at.block !== at.block));
  let event = 0;
  const seen: { rounds: number; updates: number; verdict: string; complete: boolean }[] = [];
  const last = await written(world, {}, async (reporter, soFar, read) => {
    // What is read of a chain ends with a block.
    if (!ends.has(world.events[event++] as (typeof world.events)[number])) return;
    // Writing now and then is for long ledgers; here each round's is wanted, however slow the machine.
    await reporter.writeSoFar(soFar, 0, 0);
    const text = await read("a.json").catch(() => undefined);
    if (text === undefined) return;
    const { counts, updates, verdict, complete } = JSON.parse(text);
    if (seen.at(-1)?.rounds === counts.roundsFinalized) return;
    seen.push({ rounds: counts.roundsFinalized, updates: updates.length, verdict, complete });
    assert.match(parsePage(await read("a.html")).text, /Not the last word/);
  });
  assert.deepEqual(
    seen,
    [1, 2, 3].map((rounds) => ({ rounds, updates: 4 * rounds, verdict: "right", complete: false })),
  );
  assert.doesNotMatch(parsePage(last.html).text, /Not the last word/);
  assert.deepEqual(last.wereThere, [], "what it wrote over were its own");
});

test("a file that was there before the audit is told from those that the audit wrote", async () => {
  const { world } = buildWorld();
  const last = await written(world, {}, (reporter, soFar) => reporter.writeSoFar(soFar, 0, 0), { "a.csv": "mine" });
  assert.deepEqual(last.wereThere, ["a.csv"]);
});

test("what was wrong in an early round is in what is written then", async () => {
  const { world, updates } = buildWorld();
  world.copies.delete(updates[1]?.[2] as `0x${string}`);
  let early: string | undefined;
  let event = 0;
  await written(world, {}, async (reporter, soFar, read) => {
    if (world.events[event++]?.type !== "RoundFinalized" || early !== undefined) return;
    await reporter.writeSoFar(soFar, 0, 0);
    early = await read("a.json");
  });
  const { verdict, findings } = JSON.parse(early as string);
  assert.deepEqual([verdict, findings[0].code, findings[0].round], ["wrong", "FILE_MISSING", 1]);
});
