import { LevelDatastore } from "datastore-level";

/**
 * Bytes of newest records in memory and in the log beside the sorted files. Level's 4 MiB would hold the pins of a thousand rounds, long deleted
 * ones among them, until the next start; the pins of a node that keeps twenty rounds take less than half of this. Level takes no less.
 */
const WRITE_BUFFER = 64 * 1024;

/** Where it is kept which blocks belong to files that are to stay; its folder stays small however many came and went. */
export const createPinStore = (dir: string): LevelDatastore =>
  new LevelDatastore(dir, { writeBufferSize: WRITE_BUFFER } as ConstructorParameters<typeof LevelDatastore>[1]);
