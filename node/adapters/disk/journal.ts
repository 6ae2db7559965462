import { createHash } from "node:crypto";
import { type FileHandle, open, readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import type { JournalEntry } from "../../ports/disk.ts";
import { atomicWrite, syncFolder } from "./atomicWrite.ts";
import { diskError, systemCode } from "./errors.ts";

/** Hex digits of sha256 in front of every line: enough to tell a torn or altered line from a whole one. */
const CHECKSUM_DIGITS = 16;

function checksum(json: string): string {
  return createHash("sha256").update(json).digest("hex").slice(0, CHECKSUM_DIGITS);
}

/** One line: checksum, space, JSON, newline. */
export function formatLine(entry: JournalEntry): string {
  const json = JSON.stringify(entry);
  return `${checksum(json)} ${json}\n`;
}

function parseLine(line: string): JournalEntry | undefined {
  const json = line.slice(CHECKSUM_DIGITS + 1);
  if (line[CHECKSUM_DIGITS] !== " " || line.slice(0, CHECKSUM_DIGITS) !== checksum(json)) return undefined;
  return JSON.parse(json) as JournalEntry;
}

/**
 * Reads a journal's text. A last line that a crash cut off is dropped.
 * @returns the entries and the bytes that whole lines take
 * @throws SwarmError DISK_JOURNAL_DAMAGED for a bad line that others follow: appending cannot cause that
 */
export function parseJournal(content: Uint8Array, path: string): { entries: JournalEntry[]; length: number } {
  const entries: JournalEntry[] = [];
  let start = 0;
  for (;;) {
    const end = content.indexOf(0x0a, start);
    if (end === -1) return { entries, length: start };
    const entry = parseLine(new TextDecoder().decode(content.subarray(start, end)));
    if (entry === undefined) {
      if (end === content.length - 1) return { entries, length: start };
      throw new SwarmError(
        "DISK_JOURNAL_DAMAGED",
        `Line ${entries.length + 1} of ${path} is damaged: check the disk, restore the file or move it away (the node then sits the round out)`,
        { path, line: entries.length + 1 },
      );
    }
    entries.push(entry);
    start = end + 1;
  }
}

/** Reads a journal without changing it; an absent file is an empty journal. */
export async function readJournal(path: string): Promise<{ entries: JournalEntry[]; length: number }> {
  let content: Uint8Array;
  try {
    content = await readFile(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { entries: [], length: 0 };
    throw diskError("reading", path, error);
  }
  return parseJournal(content, path);
}

export interface Journal {
  append(entry: JournalEntry): Promise<void>;
  entries(): Promise<JournalEntry[]>;
  compact(shorten: (entries: JournalEntry[]) => JournalEntry[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a journal for appending; what a crash left of a last line is cut off first, so that no line is ever glued to it. */
export async function openJournal(path: string): Promise<Journal> {
  let { length } = await readJournal(path);
  let file = await openAt(path, length);
  let tail: Promise<unknown> = Promise.resolve();

  /** Runs one change after the other: lines stay whole and in call order. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  return {
    append: (entry) => {
      const line = new TextEncoder().encode(formatLine(entry));
      return inOrder(async () => {
        try {
          await writeAt(file, line, length);
          await file.datasync();
        } catch (error) {
          await file.truncate(length).catch(() => undefined);
          throw diskError("appending to", path, error);
        }
        length += line.length;
      });
    },
    entries: () => inOrder(async () => (await readJournal(path)).entries),
    compact: (shorten) =>
      inOrder(async () => {
        const { entries } = await readJournal(path);
        const short = shorten(entries);
        if (short === entries) return;
        const content = new TextEncoder().encode(short.map(formatLine).join(""));
        await atomicWrite(path, content);
        await file.close();
        length = content.length;
        file = await openAt(path, length);
      }),
    close: () => inOrder(() => file.close()),
  };
}

async function writeAt(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  // A disk that is nearly full takes a part and refuses the rest at the next call.
  for (let done = 0; done < bytes.length;) {
    done += (await file.write(bytes, done, bytes.length - done, position + done)).bytesWritten;
  }
}

async function openAt(path: string, length: number): Promise<FileHandle> {
  try {
    // "r+" and not "a": a write at a given place after a failed one must not land behind its remains.
    const file = await open(path, "r+").catch(async (error: unknown) => {
      if (systemCode(error) !== "ENOENT") throw error;
      const created = await open(path, "wx+", 0o600);
      await syncFolder(dirname(path));
      return created;
    });
    await file.truncate(length);
    return file;
  } catch (error) {
    throw diskError("opening", path, error);
  }
}
