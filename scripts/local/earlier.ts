import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";

const mark = (dir: string): string => join(dir, "finished");

/** What an earlier run in this folder came to. */
export async function earlierRun(dir: string): Promise<"none" | "unfinished" | "finished"> {
  if (existsSync(mark(dir))) return "finished";
  return existsSync(join(dir, "chain")) ? "unfinished" : "none";
}

/** To be called when a run has come to its end. */
export const markFinished = (dir: string): Promise<void> => writeFile(mark(dir), `${new Date().toISOString()}\n`);
