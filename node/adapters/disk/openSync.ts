import { fstatSync, openSync as openDescriptor, readSync } from "node:fs";
import { absent, damaged, type FileName, type StoredFile } from "../../core/merge/hashedFile.ts";
import type { FileKind } from "../../ports/disk.ts";
import { diskError, systemCode } from "./errors.ts";
import { filePath } from "./layout.ts";

/**
 * A file of a node's data folder for a thread that has nothing to do but wait for it. The thread's end closes it.
 * @throws SwarmError FILE_ABSENT, DISK_FAILED, FILE_HASH; its `read` throws FILE_DAMAGED where the file ends too early
 */
export function openSync(dir: string, name: FileName): StoredFile {
  const path = filePath(dir, name.kind as FileKind, name.sha256);
  try {
    const descriptor = openDescriptor(path, "r");
    return {
      size: fstatSync(descriptor).size,
      read(into, position) {
        for (let done = 0; done < into.length;) {
          const count = readSync(descriptor, into, done, into.length - done, position + done);
          if (count === 0) throw damaged(name, `it ends after ${position + done} bytes`);
          done += count;
        }
      },
    };
  } catch (error) {
    if (systemCode(error) === "ENOENT") throw absent(name);
    throw diskError("opening", path, error);
  }
}
