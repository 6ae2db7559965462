import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, unlink, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join, resolve } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import { diskError, systemCode } from "./errors.ts";

interface Owner {
  pid: number;
  host: string;
  /** Start time of the process in the kernel's ticks, where it can be known: a reused pid has another. */
  started: string;
}

/** Folders that this process holds: a lock file with our own pid that is not among them was left by an earlier life. */
const held = new Set<string>();

/** Start time of a process on Linux, "" elsewhere; undefined if there is no such process. */
function startTime(pid: number): string | undefined {
  if (process.platform !== "linux") return "";
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The command's name is in parentheses and may hold anything; fields are counted after the last one. Field 22 is the start.
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return undefined;
  }
}

function isAlive(owner: Owner, folder: string): boolean {
  if (owner.pid === process.pid) return held.has(folder);
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) === "ESRCH") return false;
  }
  const started = startTime(owner.pid);
  return started !== undefined && (started === "" || owner.started === "" || started === owner.started);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const owner = JSON.parse(text) as Partial<Owner>;
    if (typeof owner.pid !== "number" || typeof owner.host !== "string") return undefined;
    return { pid: owner.pid, host: owner.host, started: typeof owner.started === "string" ? owner.started : "" };
  } catch {
    return undefined;
  }
}

/** The process that holds a data folder's lock now; undefined where none does. */
export async function holderOf(dir: string): Promise<{ pid: number; host: string } | undefined> {
  const folder = resolve(dir);
  const text = await readFile(join(folder, "lock"), "utf8").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return "";
    throw diskError("reading the lock of", folder, error);
  });
  const owner = parseOwner(text);
  if (owner === undefined || (owner.host === hostname() && !isAlive(owner, folder))) return undefined;
  return { pid: owner.pid, host: owner.host };
}

/**
 * Takes the lock of a data folder for this process; a lock whose process is gone is taken over.
 * @returns a function that gives it back
 * @throws SwarmError DISK_LOCKED with `data.pid` and `data.host` of who holds it
 */
export async function takeLock(dir: string): Promise<() => Promise<void>> {
  const folder = resolve(dir);
  const path = join(folder, "lock");
  const mine = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
  const me: Owner = { pid: process.pid, host: hostname(), started: startTime(process.pid) ?? "" };
  try {
    await writeFile(mine, `${JSON.stringify(me)}\n`, { mode: 0o600, flag: "wx" });
    // A hard link is made with its content or not at all, and only by one: no reader sees an empty lock.
    for (;;) {
      try {
        await link(mine, path);
        break;
      } catch (error) {
        if (systemCode(error) !== "EEXIST") throw error;
      }
      await removeIfStale(path, folder);
    }
  } catch (error) {
    throw diskError("locking", path, error);
  } finally {
    await rm(mine, { force: true });
  }
  held.add(folder);
  return async () => {
    if (!held.delete(folder)) return;
    await rm(path, { force: true });
  };
}

async function removeIfStale(path: string, folder: string): Promise<void> {
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return;
  const owner = parseOwner(text);
  if (owner !== undefined && (owner.host !== hostname() || isAlive(owner, folder))) {
    throw new SwarmError(
      "DISK_LOCKED",
      `${folder} is in use by process ${owner.pid} on ${owner.host}: stop that daemon first (if it is surely gone, delete ${path})`,
      { path, pid: owner.pid, host: owner.host },
    );
  }
  // Move it aside before deleting: should another starter have replaced it meanwhile, its lock goes back.
  const aside = `${path}.stale.${process.pid}`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return;
    throw error;
  }
  if ((await readFile(aside, "utf8")) !== text) await link(aside, path).catch(() => undefined);
  await unlink(aside);
}
