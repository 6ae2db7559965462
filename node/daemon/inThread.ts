import type { MergeKernels } from "../core/merge/kernels.ts";
import { absent } from "../core/merge/hashedFile.ts";
import { mergeFiles } from "../core/merge/mergeFiles.ts";
import type { Disk, FileKind } from "../ports/disk.ts";
import type { Merger } from "../ports/merger.ts";

/** Merges in the thread of whoever calls: for small models, in which another thread takes longer to start than to merge, and for simulations. */
export function mergerInThread(disk: Pick<Disk, "open">, kernels: MergeKernels): Merger {
  return {
    kernels,
    async merge(merge, { signal }) {
      await using closing = new AsyncDisposableStack();
      return await mergeFiles(merge, {
        kernels,
        signal,
        async open(name) {
          const file = await disk.open(name.kind as FileKind, name.sha256);
          if (file === undefined) throw absent(name);
          return closing.adopt(file, (it) => it.close());
        },
      });
    },
  };
}
