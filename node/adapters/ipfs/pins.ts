import type { Helia } from "helia";
import type { CID } from "multiformats/cid";

/** Files that are kept, each with the blocks it consists of. */
export interface Pins {
  has(root: CID): Promise<boolean>;
  /** Pins a file whose blocks are known, without reading them again. */
  add(root: CID, blocks: CID[]): Promise<void>;
  /** @returns those of the blocks that no other file needs */
  remove(root: CID, blocks: CID[]): Promise<CID[]>;
  list(): AsyncIterable<CID>;
}

/** A walk over blocks that are known already: Helia's own would read each, and ask peers for those that are missing. */
function over(blocks: CID[]) {
  return () => ({
    async *walk() {
      for (const cid of blocks) yield { block: { cid }, depth: 0, path: [] } as never;
    },
  });
}

async function exhaust(steps: AsyncIterable<unknown>): Promise<void> {
  // Helia pins and unpins step by step, only as far as someone asks for the next step.
  for await (const _ of steps);
}

export function createPins(helia: Helia): Pins {
  async function has(root: CID): Promise<boolean> {
    try {
      await helia.pins.get(root);
      return true;
    } catch (error) {
      if (error instanceof Error && error.name === "NotFoundError") return false;
      throw error;
    }
  }

  return {
    has,
    async add(root, blocks) {
      if (!(await has(root))) await exhaust(helia.pins.add(root, { walker: over(blocks) }));
    },
    async remove(root, blocks) {
      await exhaust(helia.pins.rm(root, { walker: over(blocks) }));
      const unused: CID[] = [];
      for (const cid of blocks) {
        if (!(await helia.pins.isPinned(cid))) unused.push(cid);
      }
      return unused;
    },
    async *list() {
      for await (const { cid } of helia.pins.ls()) yield cid;
    },
  };
}
