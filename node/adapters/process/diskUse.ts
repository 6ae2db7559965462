import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/** Most entries that are looked at: whoever makes more is beyond any limit. */
const MAX_ENTRIES = 10_000;
const BLOCK_BYTES = 512;

/**
 * What a folder and those below it take on the disk, bytes. Links are not followed.
 * @returns infinity where there are too many entries
 */
export async function diskUse(folder: string): Promise<number> {
  let total = 0;
  let entries = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    // What is gone by the time it is looked at takes nothing.
    for (const name of await readdir(next).catch(() => [])) {
      if (++entries > MAX_ENTRIES) return Number.POSITIVE_INFINITY;
      const path = join(next, name);
      const stat = await lstat(path).catch(() => undefined);
      if (stat === undefined) continue;
      // A file with holes takes less than its length, and can take it later: the larger one counts.
      total += stat.isFile() ? Math.max(stat.size, stat.blocks * BLOCK_BYTES) : 0;
      if (stat.isDirectory()) folders.push(path);
    }
  }
  return total;
}
