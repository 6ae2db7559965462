import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import * as fc from "fast-check";
import { atomicWrite } from "../../node/adapters/disk/atomicWrite.ts";
import { diskError } from "../../node/adapters/disk/errors.ts";
import { formatLine, parseJournal } from "../../node/adapters/disk/journal.ts";
import { filePath, journalPath } from "../../node/adapters/disk/layout.ts";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { openDiskReadOnly } from "../../node/adapters/disk/openReadOnly.ts";
import type { JournalEntry } from "../../node/ports/disk.ts";
import { testDisk } from "./disk.suite.ts";
import { bytes32Of, createLogCollector, firstLines, hasCode, makeTempFolder, patternBytes } from "./support.ts";

const { logger } = createLogCollector();

testDisk("files", async (t) => {
  const dir = await makeTempFolder(t);
  const log = createLogCollector();
  let disk = await openDisk(dir, { logger: log.logger });
  t.after(() => disk.close());
  return {
    disk,
    async reopen() {
      await disk.close();
      disk = await openDisk(dir, { logger: log.logger });
      return disk;
    },
    async damage(kind, sha256) {
      const path = filePath(dir, kind, sha256);
      const bytes = await readFile(path);
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      await writeFile(path, bytes);
    },
    reported: (sha256) => log.lines.some(({ level, context }) => level === "error" && context.sha256 === sha256),
  };
});

test("a folder in use is refused with the pid of its owner; after close it is free", async (t) => {
  const dir = await makeTempFolder(t);
  const first = await openDisk(dir, { logger });
  await assert.rejects(openDisk(dir, { logger }), (error: unknown) => {
    hasCode("DISK_LOCKED")(error);
    assert.equal((error as { data: { pid: number } }).data.pid, process.pid);
    return true;
  });
  await first.close();
  await (await openDisk(dir, { logger })).close();
});

test("R7: what was promised survives kill -9, the lock of the dead is taken over, unfinished files go", async (t) => {
  const dir = await makeTempFolder(t);
  const module = new URL("../../node/adapters/disk/openDisk.ts", import.meta.url).href;
  const quiet = "{ debug() {}, info() {}, warn() {}, error() {}, child() { return this; } }";
  const child = spawn(process.execPath, [
    "--input-type=module",
    "-e",
    `const { openDisk } = await import(${JSON.stringify(module)});
     const disk = await openDisk(${JSON.stringify(dir)}, { logger: ${quiet} });
     for (let i = 0; ; i += 1) {
       await disk.write("update", new Uint8Array(1000).fill(i));
       await disk.append({ type: "done", i });
       process.stdout.write(i + "\\n");
     }`,
  ]);
  t.after(() => child.kill("SIGKILL"));
  const exited = once(child, "exit");
  const promised = (await firstLines(child.stdout, 5)).length;
  await assert.rejects(openDisk(dir, { logger }), hasCode("DISK_LOCKED"));
  child.kill("SIGKILL");
  await exited;
  const [shard = ""] = await readdir(join(dir, "files", "update"));
  const unfinished = join(dir, "files", "update", shard, ".left.tmp");
  await writeFile(unfinished, "x");
  await writeFile(join(dir, "files", "update", "stray"), "x");

  const disk = await openDisk(dir, { logger });
  await assert.rejects(stat(unfinished), { code: "ENOENT" });
  const entries = await disk.entries();
  assert.ok(entries.length >= promised, `${entries.length} entries, ${promised} promised`);
  for (const sha256 of await disk.list("update")) assert.equal((await disk.read("update", sha256))?.length, 1000);
  assert.ok((await disk.list("update")).length >= promised);
  await disk.close();
});

test("R7: a last line torn at any byte is dropped, and appending goes on behind the whole ones", async (t) => {
  const dir = await makeTempFolder(t);
  const whole = formatLine({ type: "a" });
  const torn = formatLine({ type: "b", text: "é" });
  for (let keep = 1; keep < Buffer.byteLength(torn); keep += 7) {
    await writeFile(journalPath(dir), Buffer.concat([Buffer.from(whole), Buffer.from(torn).subarray(0, keep)]));
    const disk = await openDisk(dir, { logger });
    assert.deepEqual(await disk.entries(), [{ type: "a" }]);
    await disk.append({ type: "c" });
    await disk.close();
    assert.equal(await readFile(journalPath(dir), "utf8"), whole + formatLine({ type: "c" }));
  }
});

test("a journal that was cut anywhere reads as a prefix of its entries (property)", () => {
  const entry = fc.record({
    type: fc.string(),
    value: fc.jsonValue({ noUnicodeString: false }),
  }) as fc.Arbitrary<JournalEntry>;
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 6 }), fc.nat(), (entries, cut) => {
      const normal = entries.map((value) => JSON.parse(JSON.stringify(value)) as JournalEntry);
      const content = Buffer.from(entries.map(formatLine).join(""));
      const kept = content.subarray(0, cut % (content.length + 1));
      const lines = kept.filter((byte) => byte === 0x0a).length;
      assert.deepEqual(parseJournal(kept, "journal").entries, normal.slice(0, lines));
    }),
    { numRuns: 200 },
  );
});

test("a damaged line before others stops with its number", async (t) => {
  const dir = await makeTempFolder(t);
  await writeFile(journalPath(dir), formatLine({ type: "a" }).replace("a", "x") + formatLine({ type: "b" }));
  await assert.rejects(openDisk(dir, { logger }), (error: unknown) => {
    hasCode("DISK_JOURNAL_DAMAGED")(error);
    assert.equal((error as { data: { line: number } }).data.line, 1);
    return true;
  });
});

test("files are only for their owner", { skip: process.platform === "win32" }, async (t) => {
  const dir = await makeTempFolder(t);
  const disk = await openDisk(dir, { logger });
  const sha256 = await disk.write("model", patternBytes(10));
  await disk.append({ type: "x" });
  await disk.close();
  for (const path of [filePath(dir, "model", sha256), journalPath(dir)])
    assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("a write that fails names its path and leaves nothing", async (t) => {
  const dir = await makeTempFolder(t);
  const path = join(dir, "absent", "file");
  await assert.rejects(atomicWrite(path, patternBytes(10)), (error: unknown) => {
    hasCode("DISK_FAILED")(error);
    assert.equal((error as { data: { path: string } }).data.path, path);
    return true;
  });
  assert.deepEqual(await readdir(dir), []);
});

test("no room is told apart from other failures", { skip: process.platform !== "linux" }, async () => {
  const failure = await appendFile("/dev/full", "x").catch((error: unknown) => error);
  const error = diskError("writing", "/dev/full", failure);
  assert.equal(error.code, "DISK_FULL");
  assert.match(error.message, /\/dev\/full/);
});

test("an auditor reads beside the running daemon; a damaged file is a finding and stays where it is", async (t) => {
  const dir = await makeTempFolder(t);
  const disk = await openDisk(dir, { logger });
  t.after(() => disk.close());
  const good = await disk.write("model", patternBytes(10, 1));
  const bad = await disk.write("model", patternBytes(10, 2));
  await disk.append({ type: "voted" });
  await truncate(filePath(dir, "model", bad), 5);

  const auditor = await openDiskReadOnly(dir);
  assert.equal((await auditor.read("model", good))?.length, 10);
  assert.equal(await auditor.read("model", bytes32Of(9)), undefined);
  await assert.rejects(auditor.read("model", bad), hasCode("FILE_DAMAGED"));
  assert.deepEqual(await auditor.entries(), [{ type: "voted" }]);
  assert.deepEqual(await auditor.list("model"), [good, bad].sort());
  assert.equal(await auditor.has("model", bad), true);
  await assert.rejects(openDiskReadOnly(join(dir, "nowhere")), hasCode("DISK_ABSENT"));
});
