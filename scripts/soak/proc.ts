import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Resident memory in kB; undefined where the process is gone. */
export async function residentKb(pid: number): Promise<number | undefined> {
  const status = await unlessGone(readFile(`/proc/${pid}/status`, "utf8"));
  // A process that has ended and was not waited for yet has no memory any more.
  const kb = status === undefined ? undefined : /^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1];
  return kb === undefined ? undefined : Number(kb);
}

/** Open files, sockets and the like; undefined where the process is gone. */
export async function openHandles(pid: number): Promise<number | undefined> {
  return (await unlessGone(readdir(`/proc/${pid}/fd`)))?.length;
}

/** Sizes of all files of a folder, by path below it; what is deleted meanwhile is left out. */
export async function filesIn(dir: string): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const entries = (await unlessGone(readdir(dir, { recursive: true, withFileTypes: true }))) ?? [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    const facts = await unlessGone(stat(path));
    if (facts) sizes.set(path, facts.size);
  }
  return sizes;
}

/** ESRCH: a process that ended while its file was read. */
const GONE = new Set(["ENOENT", "ESRCH"]);

export async function unlessGone<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (GONE.has((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
