import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { makeWorld } from "../../scripts/bench/world.ts";
import { createLogCollector, makeTempFolder } from "../ports/support.ts";

const root = resolve(import.meta.dirname, "..", "..");
const ELEMENTS = 2_000_000;
const MEGABYTES = (4 * ELEMENTS) / 1e6;

// Forty updates are 320 MB. What is allowed is a fifth of the 288 MB between the two merges, far above what the collector's moods make.
test(
  "a merge of forty updates takes hardly more memory than one of four",
  { skip: process.platform !== "linux" },
  async (t) => {
    const dir = await makeTempFolder(t);
    const disk = await openDisk(dir, { logger: createLogCollector().logger });
    t.after(() => disk.close());
    const { base, included } = await makeWorld(disk, ELEMENTS, 1);
    const extraMb = async (updates: number): Promise<number> => {
      // One file under many members: it is opened and read for each.
      const all = Array.from({ length: updates }, (_, member) => ({ ...included[0], member }));
      const merge = { base, included: all, config: { rule: "multiKrum" }, context: { f: 0, seed: base } };
      const args = [join(root, "scripts", "bench", "mergeFiles.ts"), dir, "wasm", JSON.stringify(merge)];
      const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
      return (JSON.parse(stdout) as { extraMb: number }).extraMb;
    };
    const [few, many] = [await extraMb(4), await extraMb(40)];
    assert.ok(
      few > MEGABYTES,
      `base and result are ${2 * MEGABYTES} MB, of which the start may hide some; measured were ${few}`,
    );
    assert.ok(many - few < (36 * MEGABYTES) / 5, `${few} MB for 4 updates, ${many} MB for 40`);
    t.diagnostic(`${few.toFixed(0)} and ${many.toFixed(0)} MB`);
  },
);
