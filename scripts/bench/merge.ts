import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { type Comparison, compareMerge } from "./compare.ts";
import { startNumpy } from "./numpy.ts";
import { makeWorld, type MergeWorld } from "./world.ts";

export interface MergeFigures {
  comparisons: Comparison[];
  /** Of merges out of files, in a process of its own. */
  memory: { updates: number; megabytes: number; extraMb: number | undefined; seconds: number }[];
}

const RUNS = 3;
const TIMEOUT_MS = 300_000;

/**
 * Merges against numpy, and what memory a merge out of files takes. Files of 100 MB, but for trimming in memory, of which 16 would be too much.
 * @param share of the sizes: 1 as stated, less to try the bench out
 */
export async function benchMerges(share: number, say: (text: string) => void): Promise<MergeFigures> {
  await using closing = new AsyncDisposableStack();
  const dir = closing.adopt(await mkdtemp(join(tmpdir(), "swarm-bench-")), (it) => rm(it, { recursive: true }));
  const disk = closing.adopt(await openDisk(dir, { logger: createLogger({ level: "warn" }) }), (it) => it.close());
  const numpy = await startNumpy(say);
  if (numpy) closing.use(numpy);
  const large = await makeWorld(disk, Math.round(25e6 * share), 16);
  const small = await makeWorld(disk, Math.round(2e6 * share), 16);
  const comparisons = [
    await compareMerge(dir, first(large, 4), { rule: "mean" }, numpy, RUNS),
    await compareMerge(dir, small, { rule: "mean" }, numpy, RUNS),
    await compareMerge(dir, small, { rule: "trimmedMean", trim: 4 }, numpy, RUNS),
  ];
  const memory: MergeFigures["memory"] = [];
  for (const updates of [4, 16]) memory.push(await memoryOf(dir, first(large, updates)));
  return { comparisons, memory };
}

const first = (world: MergeWorld, updates: number): MergeWorld => ({
  ...world,
  included: world.included.slice(0, updates),
});

async function memoryOf(
  dir: string,
  { base, included, elements }: MergeWorld,
): Promise<MergeFigures["memory"][number]> {
  const merge = { base, included, config: { rule: "mean" }, context: { f: 0, seed: base } };
  const script = join(import.meta.dirname, "mergeFiles.ts");
  const run = promisify(execFile)(process.execPath, [script, dir, "wasm", JSON.stringify(merge)], {
    timeout: TIMEOUT_MS,
  });
  const { seconds, extraMb } = JSON.parse((await run).stdout) as { seconds: number; extraMb: number | undefined };
  return { updates: included.length, megabytes: (4 * elements) / 1e6, extraMb, seconds };
}
