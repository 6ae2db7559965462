import { open } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { LONGEST_LINE } from "./logHistory.ts";

const LOOK_MS = 300;
const PART_BYTES = 64 * 1024;

/**
 * Lines that are appended to a file from byte `from` on, until the signal aborts. A file that became shorter (logrotate's `copytruncate`) or
 * another one (a rename) is read from its beginning; one that is gone is waited for.
 */
export async function* followFile(path: string, from: number, signal: AbortSignal): AsyncGenerator<string> {
  let offset = from;
  let inode: number | undefined;
  let rest = Buffer.alloc(0);
  while (!signal.aborted) {
    const found = await readFrom(path, offset, inode);
    if (found !== undefined) {
      if (found.isAnother) rest = Buffer.alloc(0);
      ({ offset, inode } = found);
      rest = Buffer.concat([rest, found.bytes]);
      let end = rest.indexOf(10);
      for (; end >= 0; end = rest.indexOf(10)) {
        yield rest.subarray(0, end).toString("utf8");
        rest = rest.subarray(end + 1);
      }
      if (rest.length > LONGEST_LINE) rest = Buffer.alloc(0);
      if (found.bytes.length === PART_BYTES) continue;
    }
    await sleep(LOOK_MS, undefined, { signal }).catch(() => undefined);
  }
}

async function readFrom(path: string, offset: number, inode: number | undefined) {
  const file = await open(path, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const { size, ino } = await file.stat();
    const isAnother = size < offset || (inode !== undefined && ino !== inode);
    const start = isAnother ? 0 : offset;
    const { bytesRead, buffer } = await file.read(Buffer.alloc(PART_BYTES), 0, PART_BYTES, start);
    return { offset: start + bytesRead, inode: ino, isAnother, bytes: buffer.subarray(0, bytesRead) };
  } finally {
    await file.close();
  }
}
