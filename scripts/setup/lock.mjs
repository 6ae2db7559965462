import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { say } from "./say.mjs";

/** How often a waiting process looks whether the other set-up has ended. Milliseconds. */
const LOOK_EVERY = 200;

function alive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
}

function holderOf(file) {
  try {
    return Number.parseInt(readFileSync(file, "utf8"), 10);
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** Moves a dead process's lock aside; a rename, so that of several that see it dead only one takes each file away. */
function clearStale(file, dead) {
  const aside = `${file}.${process.pid}`;
  try {
    renameSync(file, aside);
  } catch (error) {
    if (error.code === "ENOENT") return;
    throw error;
  }
  const moved = holderOf(aside);
  // Someone took the lock between our look and our rename: give it back.
  if (moved !== dead && moved !== undefined && alive(moved)) renameSync(aside, file);
  else rmSync(aside, { force: true });
}

/** Runs `work` while no other process on this machine holds `file`; a lock left by a process that is gone is taken over. */
export async function withLock(file, work) {
  mkdirSync(dirname(file), { recursive: true });
  let announced = false;
  for (;;) {
    try {
      writeFileSync(file, `${process.pid}\n`, { flag: "wx" });
      break;
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    }
    const holder = holderOf(file);
    if (holder === undefined) continue;
    if (Number.isInteger(holder) && !alive(holder)) clearStale(file, holder);
    else {
      if (!announced)
        say(
          `another set-up of this folder is running (process ${holder}); waiting for it. If there is none, delete ${file}`,
        );
      announced = true;
      await sleep(LOOK_EVERY);
    }
  }
  try {
    return await work();
  } finally {
    rmSync(file, { force: true });
  }
}
