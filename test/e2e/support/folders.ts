import assert from "node:assert/strict";
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";

/** Nodes' folders as copies that a test may alter; they go when it ends. Keys stay behind: an audit of folders needs none. */
export async function copies(homes: readonly string[]): Promise<{ dirs: string[] } & AsyncDisposable> {
  const root = await mkdtemp(join(homes[0] as string, "../copy-"));
  const dirs = homes.map((home) => join(root, basename(home)));
  for (const [i, home] of homes.entries()) {
    const filter = (path: string): boolean => !path.startsWith(join(home, "keys"));
    await cp(home, dirs[i] as string, { recursive: true, filter });
  }
  return { dirs, [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }) };
}

/** Files of a folder and those below it whose name ends like this, in order. */
export async function filesBelow(dir: string, ending = ""): Promise<string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith(ending))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

export async function anyFile(dir: string, ending = ""): Promise<string> {
  const [file] = await filesBelow(dir, ending);
  assert.ok(file, `no file in ${dir}`);
  return file;
}

/** Changes one bit of the last byte: a number's, never the header's. */
export async function damage(file: string): Promise<void> {
  const bytes = await readFile(file);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] as number) ^ 1;
  await writeFile(file, bytes);
}
