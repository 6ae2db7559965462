import { createHash } from "node:crypto";
import { FsBlockstore, type FsBlockstoreInit } from "blockstore-fs";
import type { CID } from "multiformats/cid";
import type { Logger } from "../../ports/logger.ts";

/**
 * Blocks on this disk, each compared with its CID whenever it is read: by the store, and by bitswap for a peer. Peers compare, too, and throw a
 * wrong one away without a word; this node would offer it for ever and nobody would hear of it.
 */
export class CheckedBlocks extends FsBlockstore {
  readonly #logger: Logger;

  constructor(location: string, init: FsBlockstoreInit, logger: Logger) {
    super(location, init);
    this.#logger = logger;
  }

  /** A damaged block is deleted, logged, and absent. */
  override async *get(...[cid, options]: Parameters<FsBlockstore["get"]>): AsyncGenerator<Uint8Array> {
    const parts: Uint8Array[] = [];
    for await (const part of super.get(cid, options)) parts.push(part);
    const block = Buffer.concat(parts);
    if (!isRight(cid, block)) {
      this.#logger.error("A stored block no longer matches its CID and was deleted; check this disk", {
        cid: cid.toString(),
        path: this.path,
      });
      await this.delete(cid);
      throw Object.assign(new Error(`${cid} was damaged`), { name: "NotFoundError" });
    }
    yield block;
  }
}

const isRight = (cid: CID, block: Uint8Array): boolean =>
  createHash("sha256").update(block).digest().equals(cid.multihash.digest);
