import { execFileSync } from "node:child_process";
import { readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SwarmError } from "../../core/errors.ts";
import type { Logger } from "../../ports/logger.ts";

interface Holder {
  /** The process that started the chain and watches over it. */
  readonly owner: number;
  /** The chain itself; 0 until it runs. */
  readonly chain: number;
}

export interface ChainLock {
  /** Records the chain's process, so that a successor can end it should its owner be killed. */
  chainIs(pid: number): void;
  release(): void;
}

/** How long a chain that lost its owner may take to write its state and end. Milliseconds. */
const ORPHAN_LIMIT = 15_000;
const LOOK_EVERY = 50;

function alive(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function read(file: string): Holder | undefined {
  try {
    const { owner, chain } = JSON.parse(readFileSync(file, "utf8")) as Partial<Holder>;
    return { owner: Number(owner), chain: Number(chain) };
  } catch (error) {
    // A lock that is cut off was being written when its owner died.
    if (error instanceof SyntaxError) return { owner: 0, chain: 0 };
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Process ids are used again: only what was started with this folder's state file is this folder's chain. */
function isChainOf(dir: string, pid: number): boolean {
  if (process.platform === "win32" || !alive(pid)) return false;
  return commandLine(dir, pid)?.includes(join(dir, "state.json")) === true;
}

/** @returns undefined if the process has gone since @throws SwarmError CHAIN_DIR_IN_USE where nothing tells what it is */
function commandLine(dir: string, pid: number): string | undefined {
  try {
    if (process.platform === "linux") return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    return execFileSync("ps", ["-ww", "-o", "args=", "-p", String(pid)], { encoding: "utf8" });
  } catch (error) {
    const { code, status } = error as NodeJS.ErrnoException & { status?: number };
    if (status === 1 || ((code === "ENOENT" || code === "ESRCH") && process.platform === "linux")) return undefined;
    throw new SwarmError(
      "CHAIN_DIR_IN_USE",
      `process ${pid} may still run the chain in ${dir}, and this system does not tell: end it if it does, then delete ${join(dir, "chain.lock")}`,
      { dir, pid },
      error,
    );
  }
}

async function endOrphan(dir: string, pid: number, logger: Logger, signal: AbortSignal): Promise<void> {
  if (!isChainOf(dir, pid)) return;
  logger.warn("A local chain lost the process that started it; ending it so that it writes its state", { pid, dir });
  process.kill(pid, "SIGTERM");
  const end = performance.now() + ORPHAN_LIMIT;
  // Someone else's process gives no event on its end.
  while (isChainOf(dir, pid)) {
    if (performance.now() > end) {
      throw new SwarmError(
        "CHAIN_DIR_IN_USE",
        `process ${pid} still runs the chain in ${dir}: end it with kill -9 ${pid}`,
        { dir, pid },
      );
    }
    await sleep(LOOK_EVERY, undefined, { signal });
  }
}

/**
 * Makes this process the only one that runs a chain in `dir`. A lock whose owner is gone is taken over, and its chain ended.
 * @throws SwarmError CHAIN_DIR_IN_USE while another process holds it
 */
export async function lockChainDir(dir: string, logger: Logger, signal: AbortSignal): Promise<ChainLock> {
  const file = join(dir, "chain.lock");
  const mine = (chain: number): string => JSON.stringify({ owner: process.pid, chain });
  for (;;) {
    try {
      writeFileSync(file, mine(0), { flag: "wx", mode: 0o600 });
      break;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    const holder = read(file);
    if (holder === undefined) continue;
    if (alive(holder.owner)) {
      throw new SwarmError(
        "CHAIN_DIR_IN_USE",
        `process ${holder.owner} already runs the chain in ${dir}: use that chain, stop it, or choose another folder (if process ${holder.owner} is something else, delete ${file})`,
        { dir, pid: holder.owner },
      );
    }
    await endOrphan(dir, holder.chain, logger, signal);
    // By rename: of two successors only one takes the dead lock away, and never the other's new one unseen.
    const aside = `${file}.${process.pid}`;
    try {
      renameSync(file, aside);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") continue;
      throw error;
    }
    if (alive(read(aside)?.owner ?? 0)) renameSync(aside, file);
    else rmSync(aside, { force: true });
  }
  let mineNow = 0;
  return {
    chainIs: (pid) => {
      writeFileSync(`${file}.new`, mine(pid), { mode: 0o600 });
      renameSync(`${file}.new`, file);
      mineNow = pid;
    },
    release: () => {
      const holder = read(file);
      // Never a successor's.
      if (holder?.owner === process.pid && holder.chain === mineNow) rmSync(file, { force: true });
    },
  };
}
