import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { SwarmError } from "../../node/core/errors.ts";

const mark = (dir: string): string => join(dir, "finished");

/** What an earlier run in this folder came to. */
export async function earlierRun(dir: string): Promise<"none" | "unfinished" | "finished"> {
  if (existsSync(mark(dir))) return "finished";
  return existsSync(join(dir, "chain")) ? "unfinished" : "none";
}

/** To be called when a run has come to its end. */
export const markFinished = (dir: string): Promise<void> => writeFile(mark(dir), `${new Date().toISOString()}\n`);

/** What makes a run's task another one than the example's. */
export interface RunChoices {
  seed?: number;
  rounds?: number;
}

const choicesFile = (dir: string): string => join(dir, "run.json");

/** To be called before a new run writes anything else. */
export async function keepChoices(dir: string, { seed, rounds }: RunChoices): Promise<void> {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  await writeFile(choicesFile(dir), `${JSON.stringify({ seed, rounds })}\n`);
}

/**
 * What the run in `dir` was started with, as its task is on its ledger and stays as it is.
 * @throws SwarmError USAGE_INVALID where something else is asked for now
 */
export async function choicesOf(dir: string, asked: RunChoices): Promise<RunChoices> {
  const began = existsSync(choicesFile(dir))
    ? (JSON.parse(await readFile(choicesFile(dir), "utf8")) as RunChoices)
    : {};
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
