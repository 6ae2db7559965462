import { mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { requirePrivate } from "./permissions.ts";

/** No key file is longer; more is not read. Bytes. */
const MOST = 16_384;

async function syncFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  await handle.sync().finally(() => handle.close());
}

async function isAbsentOrEmpty(dir: string): Promise<boolean> {
  try {
    return (await readdir(dir)).length === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return true;
    throw error;
  }
}

/**
 * Makes a folder (0700) of files (0600) that exists whole or not at all, and is on disk when this resolves.
 * @throws SwarmError KEY_EXISTS if something is there: keys are never overwritten
 */
export async function createKeyFolder(dir: string, files: Readonly<Record<string, string>>): Promise<void> {
  const exists = (): SwarmError =>
    new SwarmError("KEY_EXISTS", `${dir} has keys already, which are never overwritten: name another folder`, {
      path: dir,
    });
  if (!(await isAbsentOrEmpty(dir))) throw exists();
  await mkdir(dirname(dir), { recursive: true, mode: 0o700 });
  const fresh = join(dirname(dir), `.${basename(dir)}.${process.pid}.new`);
  await rm(fresh, { recursive: true, force: true });
  await mkdir(fresh, { mode: 0o700 });
  try {
    for (const [name, text] of Object.entries(files)) {
      const handle = await open(join(fresh, name), "wx", 0o600);
      try {
        await handle.writeFile(text);
        await handle.sync();
      } finally {
        await handle.close();
      }
    }
    await syncFolder(fresh);
    // Windows does not rename onto an empty folder.
    if (process.platform === "win32") await rm(dir, { recursive: true, force: true });
    await rename(fresh, dir);
    await syncFolder(dirname(dir));
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    if (["ENOTEMPTY", "EEXIST"].includes((error as NodeJS.ErrnoException).code ?? "")) throw exists();
    throw error;
  }
}

/**
 * @returns a key file's text
 * @throws SwarmError KEY_MISSING, KEY_PERMISSIONS, KEY_FORMAT if it is too long to be one
 */
export async function readKeyFile(dir: string, name: string): Promise<string> {
  const path = join(dir, name);
  await requirePrivate(dir, 0o700);
  await requirePrivate(path, 0o600);
  const bytes = await readFile(path);
  if (bytes.length > MOST)
    throw new SwarmError("KEY_FORMAT", `${path} is too long for a key file: restore it from a backup`, {
      path,
      bytes: bytes.length,
    });
  return bytes.toString("utf8");
}
