import { readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { EpochStore } from "../../ports/epochStore.ts";
import { atomicWrite, makeFolder, syncFolder, TEMPORARY_SUFFIX } from "./atomicWrite.ts";
import { diskError, systemCode } from "./errors.ts";
import { readIfThere } from "./openDisk.ts";

const REPLACED_SUFFIX = ".old";

/**
 * One folder per epoch, which gets its name when all of its files are written.
 * @param dir made where it is not there @throws SwarmError DISK_*
 */
export function createEpochStore(dir: string): EpochStore {
  const folder = (epoch: number): string => join(dir, `epoch-${epoch}`);
  const path = (epoch: number, name: string): string => join(folder(epoch), name);
  const list = async (of: string): Promise<string[]> => {
    try {
      return await readdir(of);
    } catch (error) {
      if (systemCode(error) === "ENOENT") return [];
      throw diskError("read", of, error);
    }
  };
  return {
    path,
    async keep(epoch, files) {
      const made = folder(epoch);
      const beside = made + TEMPORARY_SUFFIX;
      const replaced = made + REPLACED_SUFFIX;
      try {
        await Promise.all([beside, replaced].map((old) => rm(old, { recursive: true, force: true })));
        await makeFolder(beside);
        for (const [name, bytes] of files) await atomicWrite(join(beside, name), bytes);
        await rename(made, replaced).catch((error: unknown) => {
          if (systemCode(error) !== "ENOENT") throw error;
        });
        await rename(beside, made);
        await syncFolder(dirname(made));
        await rm(replaced, { recursive: true, force: true });
      } catch (error) {
        throw diskError("keep the epoch in", made, error);
      }
    },
    read: (epoch, name) => readIfThere(path(epoch, name)),
    async latest() {
      const epochs = (await list(dir)).flatMap((name) => /^epoch-([0-9]+)$/.exec(name)?.[1] ?? []);
      return Math.max(0, ...epochs.map(Number));
    },
    async remove(epoch, names) {
      for (const name of names) await rm(path(epoch, name), { force: true });
    },
    names: (epoch) => list(folder(epoch)),
  };
}
