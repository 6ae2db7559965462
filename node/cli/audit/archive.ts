import { openDisk } from "../../adapters/disk/openDisk.ts";
import type { AuditFiles } from "../../core/audit/files.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import type { Logger } from "../../ports/logger.ts";

/**
 * Keeps every right file that an audit reads in a folder of its own, and reads from there what is there already: a later audit can check
 * what the nodes need not keep any more, with `--from` that folder.
 */
export async function archiving(files: AuditFiles, dir: string, logger: Logger): Promise<AuditFiles & AsyncDisposable> {
  const disk = await openDisk(dir, { logger });
  return {
    ...(files.nobody === undefined ? {} : { nobody: files.nobody }),
    async *get(kind, sha256, context) {
      const kept = await disk.read(kind, sha256);
      if (kept) yield { source: `archive ${dir}`, giver: { kind: "folder", name: dir }, bytes: kept };
      else {
        for await (const copy of await files.get(kind, sha256, context)) {
          if (hashOf(copy.bytes) === sha256) await disk.write(kind, copy.bytes);
          yield copy;
        }
      }
    },
    [Symbol.asyncDispose]: () => disk.close(),
  };
}
