import { createHash } from "node:crypto";
import type { FsBlockstore } from "blockstore-fs";
import type { CID } from "multiformats/cid";
import type { Logger } from "../../ports/logger.ts";

/** Blocks on this disk, each checked against its CID when it is read. */
export interface LocalBlocks {
  /** Undefined where absent. A damaged block is deleted, logged, and absent. */
  read(cid: CID): Promise<Uint8Array | undefined>;
  has(cid: CID): Promise<boolean>;
  remove(cid: CID): Promise<void>;
}

export function createLocalBlocks(blocks: FsBlockstore, logger: Logger): LocalBlocks {
  return {
    async read(cid) {
      if (!(await blocks.has(cid))) return undefined;
      const parts: Uint8Array[] = [];
      try {
        for await (const part of blocks.get(cid)) parts.push(part);
      } catch (error) {
        if (await blocks.has(cid)) throw error;
        return undefined;
      }
      const block = Buffer.concat(parts);
      if (createHash("sha256").update(block).digest().equals(cid.multihash.digest)) return block;
      logger.error("A stored block no longer matches its CID and was deleted; check this disk", {
        cid: cid.toString(),
      });
      await blocks.delete(cid);
      return undefined;
    },
    has: (cid) => blocks.has(cid),
    remove: (cid) => blocks.delete(cid),
  };
}
