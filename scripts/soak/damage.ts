import { open } from "node:fs/promises";
import { join, sep } from "node:path";
import { createPrng } from "../../node/core/prng.ts";
import { filesIn, unlessGone } from "./proc.ts";

/** Most files of a node and bytes of a file that one fault changes. */
const FILES = 3;
const BYTES = 3;

/** Updates, models and blocks of sealed files: what peers and auditors are given. */
const STORED = [join("files", "update"), join("files", "model"), join("ipfs", "blocks")];

/**
 * Flips bytes in some of a node's stored files, as a bad disk does.
 * @returns the files that were changed, as paths below `home`
 */
export async function damageFiles(home: string, pick: number): Promise<string[]> {
  const prng = createPrng(pick);
  const all = (await Promise.all(STORED.map((folder) => filesIn(join(home, folder))))).flatMap((sizes) => [...sizes]);
  // Their order on the disk is chance.
  all.sort(([a], [b]) => (a < b ? -1 : 1));
  const changed: string[] = [];
  for (let n = 1 + prng.below(FILES); n > 0 && all.length > 0; n--) {
    const [[path, size] = ["", 0]] = all.splice(prng.below(all.length), 1);
    if (size === 0) continue;
    // Deleted meanwhile, as retention does: then another one.
    const file = await unlessGone(open(path, "r+"));
    if (!file) continue;
    try {
      for (let i = 1 + prng.below(BYTES); i > 0; i--) {
        const at = prng.below(size);
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
        await file.write(Buffer.from([(buffer[0] as number) ^ (1 + prng.below(255))]), 0, 1, at);
      }
    } finally {
      await file.close();
    }
    changed.push(path.slice(home.length + sep.length));
  }
  return changed;
}
