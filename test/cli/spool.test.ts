import assert from "node:assert/strict";
import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { test } from "node:test";
import { openSpool } from "../../node/cli/audit/spool.ts";
import { createLogCollector, hasCode, hashOf, patternBytes } from "../ports/support.ts";

const folders = async (): Promise<string[]> =>
  (await readdir(tmpdir())).filter((name) => name.startsWith("swarm-audit-"));

test("an audit's spool writes what is too much for memory to a folder that goes with it", async () => {
  const before = await folders();
  const files = [1, 2, 3].map((seed) => patternBytes(1000, seed));
  const read = async (spool: ReturnType<typeof openSpool>, bytes: Uint8Array): Promise<Buffer> => {
    const file = await spool.open({ kind: "update", sha256: hashOf(bytes) });
    const into = Buffer.alloc(file.size);
    await file.read(into, 0);
    return into;
  };
  {
    await using spool = openSpool(createLogCollector().logger, 2500);
    for (const bytes of files.slice(0, 2)) await spool.put(hashOf(bytes), bytes);
    assert.deepEqual(await folders(), before, "two are little enough");
    await spool.put(hashOf(files[2] as Uint8Array), files[2] as Uint8Array);
    assert.equal((await folders()).length, before.length + 1);
    for (const bytes of files) assert.ok((await read(spool, bytes)).equals(bytes));
    await spool.clear();
    for (const bytes of files) await assert.rejects(read(spool, bytes), hasCode("FILE_ABSENT"));
    await spool.put(hashOf(files[1] as Uint8Array), files[1] as Uint8Array);
    assert.ok((await read(spool, files[1] as Uint8Array)).equals(files[1] as Uint8Array));
  }
  assert.deepEqual(await folders(), before);
});
