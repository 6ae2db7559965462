import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Key } from "interface-datastore";
import { createPinStore } from "../../node/adapters/ipfs/pinStore.ts";

/** What a pin takes, about. */
const RECORD = new Uint8Array(200);
const PINS = 8_000;
const KEPT = 200;

test("the folder of pins stays small, however many files came and went", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "pins-"));
  t.after(() => rmSync(dir, { recursive: true }));
  const store = createPinStore(dir);
  await store.open();
  t.after(() => store.close());
  const key = (i: number): Key => new Key(`/pins/${String(i).padStart(60, "0")}`);
  let largest = 0;
  for (let i = 0; i < PINS; i++) {
    await store.put(key(i), RECORD);
    if (i >= KEPT) await store.delete(key(i - KEPT));
    if (i % 500 === 0) {
      // The database deletes a merged file whenever it is done with it.
      const sizes = readdirSync(dir).map((name) => statSync(join(dir, name), { throwIfNoEntry: false })?.size ?? 0);
      largest = Math.max(
        largest,
        sizes.reduce((sum, size) => sum + size, 0),
      );
    }
  }
  // Written were some 3 MB; kept are 60 kB. Sorted files are merged when there are four of them.
  assert.ok(largest > KEPT * RECORD.length && largest < 1_500_000, `${largest} bytes`);
  assert.deepEqual(new Uint8Array(await store.get(key(PINS - 1))), RECORD);
  assert.ok(!(await store.has(key(PINS - 1 - KEPT))));
});
