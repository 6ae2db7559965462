import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { checkBlocks } from "../../node/adapters/ipfs/checkBlocks.ts";
import { SwarmError } from "../../node/core/errors.ts";

/** A sha2-256 multihash of zeros in upper-case base 32, as stores name their files. */
const NAME = `BCIQA${"A".repeat(51)}.data`;

test("a block that goes while a live store is looked through is left out; what cannot be read is named", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "blocks-"));
  t.after(() => rmSync(dir, { recursive: true }));
  mkdirSync(join(dir, "blocks", "AA"), { recursive: true });
  // Listed, and gone when it is opened.
  symlinkSync(join(dir, "gone"), join(dir, "blocks", "AA", NAME));
  assert.deepEqual(await Array.fromAsync(checkBlocks(dir)), []);
  rmSync(join(dir, "blocks", "AA", NAME));
  symlinkSync(dir, join(dir, "blocks", "AA", NAME));
  await assert.rejects(
    Array.fromAsync(checkBlocks(dir)),
    (error) => error instanceof SwarmError && error.code === "DISK_FAILED" && error.message.includes(NAME),
  );
});
