import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import { plainKernels } from "../../node/core/merge/plainKernels.ts";
import { mergerInThread } from "../../node/daemon/inThread.ts";
import { testMerger } from "./merger.suite.ts";

testMerger("in this thread", async () => {
  const disk = createMemoryDisk();
  return {
    disk,
    merger: mergerInThread(disk, plainKernels),
    damage: async (kind, sha256) => disk.damage(kind, sha256),
  };
});
