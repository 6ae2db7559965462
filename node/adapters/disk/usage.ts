import { lstat, opendir, statfs } from "node:fs/promises";
import { join } from "node:path";

/** Space that this process may still use where `path` is, bytes. */
export async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

/** What a folder's files take on the disk, bytes; links are not followed. What vanishes meanwhile is left out. */
export async function usedBytes(folder: string): Promise<number> {
  let used = 0;
  const folders = [folder];
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const entries = await opendir(next).catch(absent);
    if (entries === undefined) continue;
    for await (const entry of entries) {
      const path = join(next, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else used += ((await lstat(path).catch(absent))?.blocks ?? 0) * 512;
    }
  }
  return used;
}

function absent(error: NodeJS.ErrnoException): undefined {
  if (error.code !== "ENOENT") throw error;
}
