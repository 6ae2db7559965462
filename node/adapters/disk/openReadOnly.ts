import { stat } from "node:fs/promises";
import { SwarmError } from "../../core/errors.ts";
import type { Disk } from "../../ports/disk.ts";
import { systemCode } from "./errors.ts";
import { readJournal } from "./journal.ts";
import { filePath, hashOf, journalPath, listHashes } from "./layout.ts";
import { readIfThere } from "./openDisk.ts";

/** A data folder as an auditor sees it. */
export type ReadOnlyDisk = Pick<Disk, "read" | "has" | "list" | "entries">;

/**
 * Opens a data folder without locking or changing anything, also while its daemon runs. Unlike a daemon's own disk, `read` of
 * a damaged file throws FILE_DAMAGED with `data.path`: to an auditor that is a finding, not an absence.
 * @throws SwarmError DISK_ABSENT
 */
export async function openDiskReadOnly(dir: string): Promise<ReadOnlyDisk> {
  const found = await stat(dir).catch(() => undefined);
  if (found?.isDirectory() !== true) {
    throw new SwarmError("DISK_ABSENT", `${dir} is no folder: name the data folder of a node`, { path: dir });
  }
  return {
    async read(kind, sha256) {
      const path = filePath(dir, kind, sha256);
      const bytes = await readIfThere(path);
      if (bytes === undefined || (await hashOf(bytes)) === sha256) return bytes;
      throw new SwarmError("FILE_DAMAGED", `${path} does not match its hash: it was damaged or altered`, {
        kind,
        sha256,
        path,
      });
    },
    async has(kind, sha256) {
      try {
        await stat(filePath(dir, kind, sha256));
        return true;
      } catch (error) {
        if (systemCode(error) === "ENOENT") return false;
        throw error;
      }
    },
    list: (kind) => listHashes(dir, kind),
    entries: async () => (await readJournal(journalPath(dir))).entries,
  };
}
