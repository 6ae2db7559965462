import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { openDiskReadOnly } from "../../../node/adapters/disk/openReadOnly.ts";
import { checkBlocks } from "../../../node/adapters/ipfs/checkBlocks.ts";
import { sha256 } from "../../../node/core/hash.ts";
import { filesBelow } from "../../e2e/support/folders.ts";

/**
 * Whether a node's folder has whole files only: each is what its name says, none is unfinished, the journal reads to its end.
 * @param stopped false where the daemon is frozen in the middle of things and may have begun a file
 */
export async function assertWhole(home: string, stopped = true): Promise<void> {
  const files = await filesBelow(join(home, "files"));
  assert.ok(files.length > 0, home);
  for (const file of files.filter((it) => !it.endsWith(".damaged") && (stopped || !it.endsWith(".tmp"))))
    assert.equal(sha256(await readFile(file)), `0x${basename(file)}`, file);
  const disk = await openDiskReadOnly(home);
  assert.ok((await disk.entries()).length > 0);
  for await (const { path, right } of checkBlocks(join(home, "ipfs"))) assert.ok(right, path);
}
