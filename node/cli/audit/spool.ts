import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openDisk } from "../../adapters/disk/openDisk.ts";
import { type Spool, spoolInMemory } from "../../core/audit/spool.ts";
import type { Disk, OpenFile } from "../../ports/disk.ts";
import type { Logger } from "../../ports/logger.ts";

/** Bytes of a round's updates up to which they wait in memory. */
const IN_MEMORY = 64 << 20;

/**
 * A spool that takes to a temporary folder, which only this user can read, what is too much for memory. The folder is made when it is needed
 * first, and removed with the spool.
 * @param inMemory bytes of a round up to which nothing is written
 */
export function openSpool(logger: Logger, inMemory: number = IN_MEMORY): Spool & AsyncDisposable {
  const closing = new AsyncDisposableStack();
  const small = spoolInMemory();
  let disk: Promise<Disk> | undefined;
  let bytesInMemory = 0;
  const opened: OpenFile[] = [];
  const start = async (): Promise<Disk> => {
    const dir = closing.adopt(await mkdtemp(join(tmpdir(), "swarm-audit-")), (it) => rm(it, { recursive: true }));
    return closing.adopt(await openDisk(dir, { logger }), (it) => it.close());
  };
  const closeFiles = async (): Promise<void> => void (await Promise.all(opened.splice(0).map((file) => file.close())));
  closing.defer(closeFiles);
  return {
    async put(sha256, bytes) {
      bytesInMemory += bytes.length;
      if (bytesInMemory <= inMemory) return small.put(sha256, bytes);
      disk ??= start();
      await (await disk).write("update", bytes);
    },
    async open(name) {
      const file = await (await disk)?.open("update", name.sha256);
      if (file === undefined) return small.open(name);
      opened.push(file);
      return file;
    },
    async clear() {
      bytesInMemory = 0;
      small.clear();
      await closeFiles();
      if (disk === undefined) return;
      for (const sha256 of await (await disk).list("update")) await (await disk).remove("update", sha256);
    },
    [Symbol.asyncDispose]: async () => {
      await closeFiles();
      await closing.disposeAsync();
    },
  };
}
