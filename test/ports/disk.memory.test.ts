import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import { testDisk } from "./disk.suite.ts";
import { hashOf, patternBytes } from "./support.ts";

testDisk("in memory", async () => {
  const damaged = new Set<string>();
  const disk = createMemoryDisk({ onDamaged: (_kind, sha256) => damaged.add(sha256) });
  return {
    disk,
    reopen: async () => disk.crash(),
    damage: async (kind, sha256) => disk.damage(kind, sha256),
    reported: (sha256) => damaged.has(sha256),
  };
});

test("a crash loses what was not synced and nothing else", async () => {
  let release: () => void = () => undefined;
  let held = false;
  const sync = (): Promise<void> => (held ? new Promise((resolve) => (release = resolve)) : Promise.resolve());
  const disk = createMemoryDisk({ sync });
  await disk.append({ type: "synced" });
  held = true;
  let finished = false;
  void disk.append({ type: "lost" }).then(() => (finished = true));
  void disk.write("update", patternBytes(5)).then(() => (finished = true));
  await new Promise((resolve) => setImmediate(resolve));
  held = false;
  const after = disk.crash();
  release();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(finished, false);
  assert.deepEqual(await after.entries(), [{ type: "synced" }]);
  assert.equal(await after.has("update", hashOf(patternBytes(5))), false);
});
