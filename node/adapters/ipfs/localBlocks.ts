import type { CID } from "multiformats/cid";
import type { CheckedBlocks } from "./checkedBlocks.ts";

/** Blocks on this disk, each checked against its CID when it is read. */
export interface LocalBlocks {
  /** Undefined where absent; a damaged block is. */
  read(cid: CID): Promise<Uint8Array | undefined>;
  has(cid: CID): Promise<boolean>;
  remove(cid: CID): Promise<void>;
}

export function createLocalBlocks(blocks: CheckedBlocks): LocalBlocks {
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
      return Buffer.concat(parts);
    },
    has: (cid) => blocks.has(cid),
    remove: (cid) => blocks.delete(cid),
  };
}
