import { open } from "node:fs/promises";
import type { RoundRecord } from "../daemon/components.ts";
import { isMuchShortened, type OwnUpdateLength, shortenedWords } from "../daemon/ownClipping.ts";
import { hintWords, type UpdateHint } from "../daemon/standOutWords.ts";
import { SwarmError } from "../core/errors.ts";
import { type Names, nameIn } from "./names.ts";

/** Bytes from the end of the records that the last one is looked for in: hints of 256 updates take less. */
const TAIL_BYTES = 262_144;

/** What stood out in the last round that a node recorded. */
export interface LastHints {
  round: number;
  text: string;
  hints: UpdateHint[];
  /** Of this node's own update, where the task's bound took much of it. */
  update?: OwnUpdateLength;
}

/**
 * Of a node's `rounds.jsonl`; undefined where there is no record yet, or nothing stood out in the last one.
 * @throws SwarmError RECORD_INVALID where the last line is none of ours
 */
export async function lastHints(file: string, names: Names): Promise<LastHints | undefined> {
  // What no newline ends is being written.
  const line = (await tail(file))?.split("\n").at(-2);
  if (line === undefined || line === "") return undefined;
  // Records of earlier versions have neither.
  const { round, hints = [], update } = parse(line, file);
  const words = hints.length > 0 ? [`${hintWords(hints, nameIn(names))} (a hint, not a verdict)`] : [];
  if (update && isMuchShortened(update))
    return { round, hints, update, text: [shortenedWords(update), ...words].join("; ") };
  return hints.length === 0 ? undefined : { round, hints, text: words.join() };
}

function parse(line: string, file: string): Pick<RoundRecord, "round"> & Partial<RoundRecord> {
  try {
    return JSON.parse(line) as RoundRecord;
  } catch (cause) {
    const message = `the last line of ${file} is no record of a round: delete that line`;
    throw new SwarmError("RECORD_INVALID", message, { file }, cause);
  }
}

async function tail(file: string): Promise<string | undefined> {
  const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, TAIL_BYTES);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString("utf8", 0, bytesRead);
  } finally {
    await handle.close();
  }
}
