import assert from "node:assert/strict";
import { test } from "node:test";
import { oneAtATime } from "../../node/dashboard/page/oneAtATime.ts";

test("a ledger that grows faster than it can be read is read nevertheless, one look at a time", async () => {
  const stop = new AbortController();
  let looks = 0;
  let running = 0;
  const enough = Promise.withResolvers<void>();
  const again = oneAtATime(
    async () => {
      running += 1;
      assert.equal(running, 1);
      await new Promise((done) => setTimeout(done, 5));
      running -= 1;
      looks += 1;
      if (looks === 3) enough.resolve();
    },
    5,
    stop.signal,
  );
  const growth = setInterval(again, 1);
  await enough.promise;
  clearInterval(growth);
  stop.abort();
});

test("one question is one look; none after the end", async () => {
  const stop = new AbortController();
  let looks = 0;
  const looked = Promise.withResolvers<void>();
  const again = oneAtATime(
    async () => {
      looks += 1;
      looked.resolve();
    },
    1,
    stop.signal,
  );
  again();
  again();
  await looked.promise;
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(looks, 1);
  stop.abort();
  again();
  await new Promise((done) => setTimeout(done, 20));
  assert.equal(looks, 1);
});
