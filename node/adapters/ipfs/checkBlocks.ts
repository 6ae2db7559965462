import { createHash } from "node:crypto";
import { opendir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { base32upper } from "multiformats/bases/base32";
import * as Digest from "multiformats/hashes/digest";

/** A block file and whether it still is what its name says. */
export interface CheckedBlock {
  path: string;
  right: boolean;
}

/**
 * Reads every block of a store's folder and compares it with the multihash that it is named for; needs no key and disturbs no daemon.
 * A folder that does not exist has no blocks.
 */
export async function* checkBlocks(dir: string): AsyncGenerator<CheckedBlock> {
  for await (const path of filesBelow(join(dir, "blocks"))) {
    const { digest } = Digest.decode(base32upper.decode(basename(path, extname(path))));
    const given = createHash("sha256")
      .update(await readFile(path))
      .digest();
    yield { path, right: given.equals(digest) };
  }
}

async function* filesBelow(dir: string): AsyncGenerator<string> {
  const entries = await opendir(dir).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  for await (const entry of entries ?? []) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.name.endsWith(".data")) yield path;
  }
}
