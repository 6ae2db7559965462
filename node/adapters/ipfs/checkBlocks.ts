import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { basename, extname, join } from "node:path";
import { base32upper } from "multiformats/bases/base32";
import * as Digest from "multiformats/hashes/digest";
import { SwarmError } from "../../core/errors.ts";

/** A block file and whether it still is what its name says. */
export interface CheckedBlock {
  path: string;
  right: boolean;
}

/**
 * Reads every block of a store's folder and compares it with the multihash that it is named for; needs no key and disturbs no daemon.
 * A folder that does not exist has no blocks; a block that goes meanwhile is left out.
 * @throws SwarmError DISK_FAILED naming what cannot be read
 */
export async function* checkBlocks(dir: string): AsyncGenerator<CheckedBlock> {
  for await (const path of filesBelow(join(dir, "blocks"))) {
    const { digest } = Digest.decode(base32upper.decode(basename(path, extname(path))));
    const bytes = await unlessGone(path, readFile(path));
    if (bytes === undefined) continue;
    const given = createHash("sha256").update(bytes).digest();
    yield { path, right: given.equals(digest) };
  }
}

async function* filesBelow(dir: string): AsyncGenerator<string> {
  const entries = await unlessGone(dir, readdir(dir, { withFileTypes: true }));
  for (const entry of entries ?? []) {
    const path = join(dir, entry.name);
    if (entry.isDirectory()) yield* filesBelow(path);
    else if (entry.name.endsWith(".data")) yield path;
  }
}

/** A daemon that works here meanwhile takes files away when it prunes. @throws SwarmError DISK_FAILED */
async function unlessGone<T>(path: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === "ENOENT") return undefined;
    throw new SwarmError(
      "DISK_FAILED",
      `Failed while checking ${path} (${code ?? String(error)}): check the disk, and that the folder belongs to this user`,
      { path, ...(code === undefined ? {} : { system: code }) },
      error,
    );
  }
}
