import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createEpochStore } from "../../node/adapters/disk/epochStore.ts";
import { createMemoryEpochStore } from "../../node/adapters/memory/epochStore.ts";
import type { EpochStore } from "../../node/ports/epochStore.ts";
import { makeTempFolder } from "./support.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);
const plain = (read: Uint8Array | undefined) => read && [...read];

const STORES: [string, (t: TestContext) => Promise<EpochStore>][] = [
  ["in memory", async () => createMemoryEpochStore()],
  ["on disk", async (t) => createEpochStore(join(await makeTempFolder(t), "epochs"))],
];

for (const [where, open] of STORES)
  describe(`epochs kept ${where}`, () => {
    it("begins with none, and has what was kept last", async (t) => {
      const store = await open(t);
      assert.equal(await store.latest(), 0);
      assert.equal(await store.read(1, "a"), undefined);
      assert.deepEqual(await store.names(1), []);
      await store.keep(2, new Map([["a", bytes(1)]]));
      await store.keep(
        10,
        new Map([
          ["a", bytes(2)],
          ["b", bytes(3, 4)],
        ]),
      );
      assert.equal(await store.latest(), 10);
      assert.deepEqual(plain(await store.read(2, "a")), [1]);
      assert.deepEqual((await store.names(10)).sort(), ["a", "b"]);
    });

    it("an epoch that is kept again has the new files only", async (t) => {
      const store = await open(t);
      await store.keep(
        1,
        new Map([
          ["a", bytes(1)],
          ["b", bytes(2)],
        ]),
      );
      await store.keep(1, new Map([["a", bytes(3)]]));
      assert.deepEqual(plain(await store.read(1, "a")), [3]);
      assert.equal(await store.read(1, "b"), undefined);
    });

    it("files are removed by name, also such as are not there", async (t) => {
      const store = await open(t);
      await store.keep(
        1,
        new Map([
          ["a", bytes(1)],
          ["b", bytes(2)],
        ]),
      );
      await store.remove(1, ["b", "c"]);
      assert.deepEqual(await store.names(1), ["a"]);
    });
  });

it("an epoch that was half written when the process ended is none, and is no hindrance", async (t) => {
  const dir = await makeTempFolder(t);
  const store = createEpochStore(dir);
  await store.keep(1, new Map([["a", bytes(1)]]));
  await mkdir(join(dir, "epoch-2.tmp"));
  await writeFile(join(dir, "epoch-2.tmp", "a"), bytes(9));
  assert.equal(await store.latest(), 1);
  await store.keep(2, new Map([["b", bytes(2)]]));
  assert.deepEqual(await store.names(2), ["b"]);
  assert.deepEqual((await readdir(dir)).sort(), ["epoch-1", "epoch-2"]);
  if (process.platform !== "win32") assert.equal((await stat(store.path(2, "b"))).mode & 0o777, 0o600);
});
