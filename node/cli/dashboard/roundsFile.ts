import { open } from "node:fs/promises";
import type { RoundRecord } from "../../daemon/components.ts";

/** Bytes that are read at a time. */
const PART = 1024 * 1024;

export interface RoundsFile {
  /** Reads what was added since the last call. @returns whether there was anything new */
  look(): Promise<boolean>;
  /** The records by the round's model, the last one of each. */
  readonly records: ReadonlyMap<string, RoundRecord>;
}

/** A node's `rounds.jsonl`, read on as it grows; a file that became shorter is read again. A line that is no record is passed over. */
export function roundsFile(file: string): RoundsFile {
  const records = new Map<string, RoundRecord>();
  let offset = 0;
  return {
    records,
    async look() {
      const handle = await open(file).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (handle === undefined) return false;
      try {
        const { size } = await handle.stat();
        if (size < offset) {
          records.clear();
          offset = 0;
        }
        const before = offset;
        let rest = Buffer.alloc(0);
        for (let at = offset; at < size;) {
          const { buffer, bytesRead } = await handle.read(Buffer.alloc(Math.min(PART, size - at)), 0, null, at);
          if (bytesRead === 0) break;
          at += bytesRead;
          const bytes = Buffer.concat([rest, buffer.subarray(0, bytesRead)]);
          // What no newline ends is being written.
          const end = bytes.lastIndexOf(10) + 1;
          for (const line of bytes.toString("utf8", 0, end).split("\n")) take(line);
          offset += end;
          rest = bytes.subarray(end);
        }
        return offset !== before;
      } finally {
        await handle.close();
      }
    },
  };

  function take(line: string): void {
    if (line === "") return;
    try {
      const record = JSON.parse(line) as RoundRecord;
      records.set(record.modelHash, record);
    } catch {
      // Cut off by a full disk, with the next record behind it.
    }
  }
}
