import { readFile, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { SwarmError } from "../../core/errors.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { Disk, FileKind } from "../../ports/disk.ts";
import type { Logger } from "../../ports/logger.ts";
import { atomicWrite, makeFolder, syncFolder, TEMPORARY_SUFFIX } from "./atomicWrite.ts";
import { diskError, systemCode } from "./errors.ts";
import { openJournal } from "./journal.ts";
import { DAMAGED_SUFFIX, filePath, hashOf, journalPath, KINDS, kindFolder, listHashes, namesIn } from "./layout.ts";
import { takeLock } from "./lock.ts";
import { openFile } from "./openFile.ts";

/**
 * Opens a node's data folder (created with mode 0700 where missing) and locks it for this process.
 * @throws SwarmError DISK_LOCKED, DISK_JOURNAL_DAMAGED, DISK_FAILED
 */
export async function openDisk(dir: string, options: { logger: Logger }): Promise<Disk> {
  await makeFolder(dir);
  const release = await takeLock(dir);
  try {
    await removeUnfinished(dir);
    const journal = await openJournal(journalPath(dir));
    const files = createFiles(dir, options.logger);
    let closing: Promise<void> | undefined;
    const open = <A extends unknown[], R>(method: (...args: A) => Promise<R>) => {
      return async (...args: A): Promise<R> => {
        if (closing !== undefined)
          throw new SwarmError("DISK_CLOSED", `${dir} was closed: open it again`, { path: dir });
        return method(...args);
      };
    };
    return {
      write: open(files.write),
      read: open(files.read),
      open: open((kind: FileKind, sha256: Bytes32) => openFile(dir, kind, sha256)),
      has: open(files.has),
      remove: open(files.remove),
      list: open((kind: FileKind) => listHashes(dir, kind)),
      append: open(journal.append),
      entries: open(journal.entries),
      compact: open(journal.compact),
      close: () => {
        // The journal closes after what is queued for it; only then may another process have the folder.
        closing ??= journal.close().finally(release);
        return closing;
      },
    };
  } catch (error) {
    await release();
    throw error;
  }
}

function createFiles(dir: string, logger: Logger): Pick<Disk, "write" | "read" | "has" | "remove"> {
  async function sizeOf(path: string): Promise<number | undefined> {
    try {
      return (await stat(path)).size;
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw diskError("looking at", path, error);
    }
  }

  return {
    async write(kind, bytes) {
      const sha256 = await hashOf(bytes);
      const path = filePath(dir, kind, sha256);
      if ((await sizeOf(path)) === bytes.length) return sha256;
      await makeFolder(dirname(path));
      await atomicWrite(path, bytes);
      return sha256;
    },

    async read(kind, sha256) {
      const path = filePath(dir, kind, sha256);
      const bytes = await readIfThere(path);
      if (bytes === undefined || (await hashOf(bytes)) === sha256) return bytes;
      const aside = `${path}${DAMAGED_SUFFIX}`;
      await rename(path, aside).catch((error: unknown) => {
        throw diskError("setting aside", path, error);
      });
      logger.error("A file no longer matches its hash and was set aside; check this disk", {
        kind,
        sha256,
        path: aside,
      });
      return undefined;
    },

    async has(kind, sha256) {
      return (await sizeOf(filePath(dir, kind, sha256))) !== undefined;
    },

    async remove(kind, sha256) {
      const path = filePath(dir, kind, sha256);
      if ((await sizeOf(path)) === undefined) return;
      try {
        await rm(path, { force: true });
        await syncFolder(dirname(path));
      } catch (error) {
        throw diskError("removing", path, error);
      }
    },
  };
}

/** The content of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    const content = await readFile(path);
    return new Uint8Array(content.buffer, content.byteOffset, content.byteLength);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw diskError("reading", path, error);
  }
}

/** Deletes what a crash left of writes that never finished. */
async function removeUnfinished(dir: string): Promise<void> {
  const folders = [dir];
  for (const kind of KINDS) {
    for (const shard of await namesIn(kindFolder(dir, kind))) folders.push(join(kindFolder(dir, kind), shard));
  }
  for (const folder of folders) {
    for (const name of await namesIn(folder)) {
      if (name.endsWith(TEMPORARY_SUFFIX)) await rm(join(folder, name), { force: true });
    }
  }
}
