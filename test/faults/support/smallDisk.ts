import { spawnSync } from "node:child_process";
import { closeSync, mkdtempSync, openSync, rmdirSync, writeSync } from "node:fs";
import { cp, mkdir, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why a small disk cannot be had here; false where it can. */
export const cannotMount: string | false = reason();

function reason(): string | false {
  if (process.platform !== "linux") return "a small disk is a tmpfs, which only Linux has";
  if (process.getuid?.() !== 0) return "mounting a small disk needs root";
  // Root in a container may not be allowed to.
  const dir = mkdtempSync(join(tmpdir(), "small-disk-"));
  try {
    run("mount", "-t", "tmpfs", "-o", "size=1m", "swarm-faults", dir);
    run("umount", dir);
    return false;
  } catch (error) {
    return `a small disk cannot be mounted here: ${(error as Error).message.trim()}`;
  } finally {
    rmdirSync(dir);
  }
}

/** A folder on a small file system of its own. */
export interface SmallDisk extends AsyncDisposable {
  /** Takes all the room that is left. */
  fill(): void;
  /** Gives it back. */
  clear(): Promise<void>;
}

function run(command: string, ...args: string[]): void {
  const { status, stderr, error } = spawnSync(command, args, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")}: ${stderr}`);
}

/** Moves a folder onto a tmpfs mounted at its place. Nobody may be using it, now or when it is disposed of. */
export async function onSmallDisk(dir: string, megabytes: number): Promise<SmallDisk> {
  const aside = `${dir}.before`;
  await rename(dir, aside);
  await mkdir(dir, { mode: 0o700 });
  run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m,mode=0700`, "swarm-faults", dir);
  let mounted = true;
  const unmount = (...options: string[]): void => {
    if (!mounted) return;
    mounted = false;
    run("umount", ...options, dir);
  };
  // However this process ends: a lazy one also goes while somebody still uses it.
  const atExit = (): void => unmount("-l");
  process.once("exit", atExit);
  await cp(aside, dir, { recursive: true });
  await rm(aside, { recursive: true });
  const ballast = join(dir, "ballast");
  return {
    fill() {
      const fd = openSync(ballast, "a", 0o600);
      try {
        for (const size of [65_536, 1])
          for (let written = size; written === size;) written = writeOrStop(fd, Buffer.alloc(size));
      } finally {
        closeSync(fd);
      }
    },
    clear: () => rm(ballast),
    async [Symbol.asyncDispose]() {
      unmount();
      process.off("exit", atExit);
    },
  };
}

/** @returns how much was written; 0 where there is no room */
function writeOrStop(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOSPC") return 0;
    throw error;
  }
}
