import { createReadStream } from "node:fs";
import { type FileHandle, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { CheckedUpdate } from "../../../core/audit/observer.ts";
import { toJson } from "../../output/json.ts";

/** Lines that are kept in memory until they are written together. */
const TOGETHER = 512;

/** Checked updates in a temporary file that only this user can read, one line of JSON each: a long history has more than memory should hold. */
export interface UpdateLog extends AsyncDisposable {
  readonly count: number;
  add(update: CheckedUpdate): Promise<void>;
  /** All so far, in the order in which they were added. */
  all(): AsyncIterable<CheckedUpdate>;
}

export async function openUpdateLog(): Promise<UpdateLog> {
  const dir = await mkdtemp(join(tmpdir(), "swarm-audit-report-"));
  const path = join(dir, "updates.jsonl");
  let file: FileHandle;
  try {
    file = await open(path, "a", 0o600);
  } catch (error) {
    await rm(dir, { recursive: true });
    throw error;
  }
  let count = 0;
  let waiting: string[] = [];
  const flush = async (): Promise<void> => {
    const lines = waiting.splice(0);
    if (lines.length > 0) await file.appendFile(`${lines.join("\n")}\n`);
  };
  return {
    get count() {
      return count;
    },
    async add(update) {
      count++;
      waiting.push(toJson(update));
      if (waiting.length >= TOGETHER) await flush();
    },
    async *all() {
      await flush();
      const lines = createInterface({ input: createReadStream(path), crlfDelay: Number.POSITIVE_INFINITY });
      for await (const line of lines) yield JSON.parse(line) as CheckedUpdate;
    },
    async [Symbol.asyncDispose]() {
      waiting = [];
      await file.close();
      await rm(dir, { recursive: true });
    },
  };
}
