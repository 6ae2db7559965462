import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { diskError } from "./errors.ts";

/** What temporary files end in; those found at start-up were never finished and can go. */
export const TEMPORARY_SUFFIX = ".tmp";

/** Makes a folder's entries (new, renamed or removed names) survive a loss of power. */
export async function syncFolder(folder: string): Promise<void> {
  // Windows cannot open a folder for this; its file system keeps names in a log of its own.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Creates a folder (0700) and its missing parents, durably. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    const first = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (first === undefined) return;
    for (let made = folder; made.length >= first.length; made = dirname(made)) await syncFolder(dirname(made));
  } catch (error) {
    throw diskError("creating the folder", folder, error);
  }
}

/**
 * Writes a whole file (0600) so that after a crash at any point either the old or the new content is there: a temporary file
 * in the same folder, synced, renamed over the target, and the folder synced.
 * @throws SwarmError DISK_FULL, DISK_FAILED; the temporary file is removed
 */
export async function atomicWrite(path: string, content: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${randomBytes(8).toString("hex")}${TEMPORARY_SUFFIX}`);
  try {
    const handle = await open(temporary, "wx", 0o600);
    try {
      await handle.writeFile(content);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw diskError("writing", path, error);
  }
}
