import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { lockChainDir } from "../../node/adapters/anvil/lock.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { Logger } from "../../node/ports/logger.ts";

/** Written into a run's folder before anything else: says that the folder is ours to delete. */
const FORMAT = "swarm-local-run-1";
const mark = (dir: string): string => join(dir, "finished");
const runFile = (dir: string): string => join(dir, "run.json");

/**
 * What an earlier run in this folder came to; "none" where there is no folder, or an empty one.
 * @throws SwarmError USAGE_INVALID where the folder holds something else: such a one is neither used nor deleted
 */
export async function earlierRun(dir: string): Promise<"none" | "unfinished" | "finished"> {
  if (!existsSync(dir) || (await readdir(dir)).length === 0) return "none";
  if ((await readRun(dir)) === undefined) {
    throw new SwarmError(
      "USAGE_INVALID",
      `${dir} holds files that are no run of this program: name another folder with --dir, or empty this one yourself`,
      { dir },
    );
  }
  return existsSync(mark(dir)) ? "finished" : "unfinished";
}

/**
 * Deletes an earlier run with all it made, after ending the chain that it may have left behind.
 * @throws SwarmError CHAIN_DIR_IN_USE while a process still runs it; USAGE_INVALID where the folder is no run's
 */
export async function forgetRun(dir: string, logger: Logger, signal: AbortSignal): Promise<void> {
  if ((await earlierRun(dir)) === "none") return;
  const chain = join(dir, "chain");
  // Held until the folder is gone: nobody starts the chain meanwhile.
  if (existsSync(chain)) await lockChainDir(chain, logger, signal);
  await rm(dir, { recursive: true, force: true });
}

/** Says of a run whose chain another process runs what to do here; other errors stay as they are. @param other a command that is not in its way */
export function explainInUse(error: unknown, dir: string, other: string): unknown {
  if (!(error instanceof SwarmError) || error.code !== "CHAIN_DIR_IN_USE") return error;
  const text = `the run in ${dir} is in use: process ${error.data["pid"]} runs its chain. End it where it was started (Ctrl-C), or make a second run beside it with "${other}"`;
  return new SwarmError(error.code, text, error.data, error);
}

/** To be called when a run has come to its end. */
export const markFinished = (dir: string): Promise<void> => writeFile(mark(dir), `${new Date().toISOString()}\n`);

/** What makes a run's task another one than the example's. */
export interface RunChoices {
  seed?: number;
  rounds?: number;
}

/** To be called before a new run writes anything else. */
export async function keepChoices(dir: string, { seed, rounds }: RunChoices): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(runFile(dir), `${JSON.stringify({ format: FORMAT, seed, rounds })}\n`);
}

async function readRun(dir: string): Promise<RunChoices | undefined> {
  if (!existsSync(runFile(dir))) return undefined;
  try {
    const { format, ...choices } = JSON.parse(await readFile(runFile(dir), "utf8")) as RunChoices & { format?: string };
    return format === FORMAT ? choices : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/**
 * What the run in `dir` was started with, as its task is on its ledger and stays as it is.
 * @throws SwarmError USAGE_INVALID where something else is asked for now
 */
export async function choicesOf(dir: string, asked: RunChoices): Promise<RunChoices> {
  const began = (await readRun(dir)) ?? {};
  for (const name of ["seed", "rounds"] as const) {
    if (asked[name] === undefined || asked[name] === began[name]) continue;
    const had = began[name] === undefined ? `without --${name}` : `with --${name} ${began[name]}`;
    throw new SwarmError(
      "USAGE_INVALID",
      `the run in ${dir} was started ${had}: leave --${name} away to go on with it, or start over with --fresh`,
      { dir, asked, began },
    );
  }
  return began;
}
