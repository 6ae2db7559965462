import { open } from "node:fs/promises";
import { damaged } from "../../core/merge/hashedFile.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { FileKind, OpenFile } from "../../ports/disk.ts";
import { diskError, systemCode } from "./errors.ts";
import { filePath } from "./layout.ts";

/** @throws SwarmError DISK_FAILED, FILE_HASH; undefined where there is no such file */
export async function openFile(dir: string, kind: FileKind, sha256: Bytes32): Promise<OpenFile | undefined> {
  const path = filePath(dir, kind, sha256);
  try {
    const handle = await open(path, "r");
    try {
      const { size } = await handle.stat();
      return {
        size,
        async read(into, position) {
          for (let done = 0; done < into.length;) {
            const { bytesRead } = await handle
              .read(into, done, into.length - done, position + done)
              .catch((error: unknown) => {
                throw diskError("reading", path, error);
              });
            if (bytesRead === 0) throw damaged({ kind, sha256 }, `it ends after ${position + done} bytes`);
            done += bytesRead;
          }
        },
        close: () => handle.close(),
      };
    } catch (error) {
      await handle.close();
      throw error;
    }
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw diskError("opening", path, error);
  }
}
