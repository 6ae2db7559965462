import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../../node/adapters/memory/clock.ts";
import { transferLimit, untilIdle } from "../../node/daemon/limits.ts";

/** R5: when somebody else is asked for a file that has not come yet: soon where nothing comes, later where the line is full. */

const PAUSE = 1_000;
const BYTES = 3_200_000;

/** How long it waits on a line over which, in each pause, so many bytes come. */
async function waits(perPause: (pauses: number) => number, bytes = BYTES): Promise<number> {
  const clock = createVirtualClock();
  let received = 5_000_000;
  let pauses = 0;
  const network = { traffic: () => ({ sent: 0, received, content: 0 }) };
  const signal = new AbortController().signal;
  const over = untilIdle({ clock, network }, PAUSE, bytes, signal).then(() => clock.now());
  const onePause = async (): Promise<undefined> => {
    received += perPause(++pauses);
    await clock.advance(PAUSE);
  };
  for (;;) {
    const at = await Promise.race([over, onePause()]);
    if (at !== undefined) return at;
  }
}

test("R5: where nothing comes, or hints and pings only, the next one is asked after one pause", async () => {
  assert.equal(await waits(() => 0), PAUSE);
  assert.equal(await waits(() => 5_000), PAUSE);
});

test("R5: while a slow line is full nobody else is asked for one more copy, which would share it", async () => {
  assert.equal(await waits((pauses) => (pauses <= 20 ? 125_000 : 0)), 21 * PAUSE);
});

test("R5: nobody waits with a small file, however full the line is", async () => {
  assert.equal(await waits(() => 125_000, 74_000), PAUSE);
});

test("R5: no longer than one transfer may take: who keeps the line full for that keeps nobody from the file", async () => {
  assert.equal(await waits(() => 125_000), transferLimit(BYTES));
});

test("it ends with its signal", async () => {
  const stop = new AbortController();
  const network = { traffic: () => ({ sent: 0, received: 0, content: 0 }) };
  const idle = untilIdle({ clock: createVirtualClock(), network }, PAUSE, BYTES, stop.signal);
  stop.abort(new Error("enough"));
  await assert.rejects(idle, /enough/);
});
