import { open } from "node:fs/promises";
import { dirname } from "node:path";

/** How many files are synced at a time: the disk joins what waits for it. */
const PARALLEL = 8;

async function syncOne(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Makes files survive a loss of power: their content, their names, and the names of their folders within `root`. */
export async function syncFiles(paths: string[], root: string): Promise<void> {
  const folders = process.platform === "win32" ? [] : [...new Set(paths.map((path) => dirname(path))), root];
  const waiting = [...new Set(paths)];
  for (let start = 0; start < waiting.length; start += PARALLEL) {
    await Promise.all(waiting.slice(start, start + PARALLEL).map(syncOne));
  }
  await Promise.all(folders.map(syncOne));
}
