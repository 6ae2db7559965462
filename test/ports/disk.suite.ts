import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { Bytes32 } from "../../node/core/primitives.ts";
import type { Disk, FileKind } from "../../node/ports/disk.ts";
import { bytes32Of, hasCode, hashOf, patternBytes } from "./support.ts";

/** One data folder over several lives of a node. */
export interface DiskUnderTest {
  disk: Disk;
  /** Closes or abandons the disk as a restart does, and opens it again. */
  reopen(): Promise<Disk>;
  /** Alters a stored file behind the disk's back. */
  damage(kind: FileKind, sha256: Bytes32): Promise<void>;
  /** Whether the damage was reported. */
  reported(sha256: Bytes32): boolean;
}

/** What every disk does. */
export function testDisk(name: string, create: (t: TestContext) => Promise<DiskUnderTest>): void {
  describe(`Disk: ${name}`, () => {
    test("a file is found by the hash of its bytes, under its own kind only", async (t) => {
      const { disk } = await create(t);
      const bytes = patternBytes(70_000);
      const sha256 = await disk.write("update", bytes);
      assert.equal(sha256, hashOf(bytes));
      assert.deepEqual(Buffer.from((await disk.read("update", sha256)) ?? []), Buffer.from(bytes));
      assert.equal(await disk.has("update", sha256), true);
      assert.equal(await disk.read("model", sha256), undefined);
      assert.equal(await disk.has("model", sha256), false);
    });

    test("writing twice, listing and removing", async (t) => {
      const { disk } = await create(t);
      const hashes = await Promise.all([1, 2, 2, 3].map((seed) => disk.write("model", patternBytes(100, seed))));
      assert.equal(hashes[1], hashes[2]);
      assert.deepEqual(await disk.list("model"), [...new Set(hashes)].sort());
      await disk.remove("model", hashes[0] as Bytes32);
      await disk.remove("model", hashes[0] as Bytes32);
      assert.equal(await disk.has("model", hashes[0] as Bytes32), false);
      assert.equal((await disk.list("model")).length, 2);
      assert.deepEqual(await disk.list("update"), []);
    });

    test("an empty file is a file", async (t) => {
      const { disk } = await create(t);
      const sha256 = await disk.write("last-local", new Uint8Array(0));
      assert.equal((await disk.read("last-local", sha256))?.length, 0);
    });

    test("the caller may reuse its buffer, and the reader what it got", async (t) => {
      const { disk } = await create(t);
      const bytes = patternBytes(50);
      const sha256 = await disk.write("update", bytes);
      bytes.fill(0);
      const first = await disk.read("update", sha256);
      first?.fill(0);
      assert.equal(hashOf((await disk.read("update", sha256)) ?? new Uint8Array()), sha256);
    });

    test("R7: a damaged file is reported and reads as absent, and can be written again", async (t) => {
      const { disk, damage, reported } = await create(t);
      const bytes = patternBytes(1000);
      const sha256 = await disk.write("update", bytes);
      await damage("update", sha256);
      assert.equal(await disk.read("update", sha256), undefined);
      assert.equal(reported(sha256), true);
      assert.equal(await disk.has("update", sha256), false);
      await disk.write("update", bytes);
      assert.equal((await disk.read("update", sha256))?.length, 1000);
    });

    test("an open file is read in parts, also when it is removed or written again meanwhile", async (t) => {
      const { disk } = await create(t);
      const bytes = patternBytes(70_000);
      const sha256 = await disk.write("update", bytes);
      assert.equal(await disk.open("model", sha256), undefined);
      const file = await disk.open("update", sha256);
      assert.ok(file);
      assert.equal(file.size, bytes.length);
      const read = async (position: number, count: number): Promise<Buffer> => {
        const into = Buffer.alloc(count);
        await file.read(into, position);
        return into;
      };
      assert.deepEqual(await read(69_990, 10), Buffer.from(bytes.subarray(69_990)));
      await disk.remove("update", sha256);
      assert.equal(await disk.open("update", sha256), undefined);
      assert.deepEqual(await read(100, 5_000), Buffer.from(bytes.subarray(100, 5_100)));
      await disk.write("update", bytes);
      assert.deepEqual(await read(0, 0), Buffer.alloc(0));
      assert.deepEqual(await read(0, 3), Buffer.from(bytes.subarray(0, 3)));
      await assert.rejects(read(69_999, 2), hasCode("FILE_DAMAGED"));
      await file.close();
    });

    test("R7: an open file gives damaged bytes as they are; reading the file whole then sets it aside", async (t) => {
      const { disk, damage, reported } = await create(t);
      const sha256 = await disk.write("update", patternBytes(1000));
      await damage("update", sha256);
      const file = await disk.open("update", sha256);
      assert.ok(file);
      const into = new Uint8Array(file.size);
      await file.read(into, 0);
      await file.close();
      assert.notEqual(hashOf(into), sha256);
      assert.equal(reported(sha256), false);
      assert.equal(await disk.read("update", sha256), undefined);
      assert.equal(reported(sha256), true);
      assert.equal(await disk.open("update", sha256), undefined);
    });

    test("R7: the journal and files are there after a restart, in order", async (t) => {
      const under = await create(t);
      const entries = Array.from({ length: 20 }, (_, i) => ({ type: "sent", i, text: `line\n${i} é` }));
      await Promise.all(entries.map((entry) => under.disk.append(entry)));
      const sha256 = await under.disk.write("update", patternBytes(10));
      assert.deepEqual(await under.disk.entries(), entries);
      const disk = await under.reopen();
      assert.deepEqual(await disk.entries(), entries);
      assert.equal(await disk.has("update", sha256), true);
    });

    test("compacting replaces the journal, and appending goes on behind it", async (t) => {
      const under = await create(t);
      await under.disk.append({ type: "old" });
      // In call order, though nobody waits: nothing that is appended meanwhile is lost.
      const seen: unknown[] = [];
      await Promise.all([
        under.disk.append({ type: "older" }),
        under.disk.compact((entries) => {
          seen.push(...entries);
          return [{ type: "kept", n: 1 }];
        }),
        under.disk.append({ type: "new" }),
      ]);
      assert.deepEqual(seen, [{ type: "old" }, { type: "older" }]);
      const expected = [{ type: "kept", n: 1 }, { type: "new" }];
      assert.deepEqual(await under.disk.entries(), expected);
      await under.disk.compact((entries) => entries);
      assert.deepEqual(await (await under.reopen()).entries(), expected);
    });

    test("a name that is no hash never becomes a path", async (t) => {
      const { disk } = await create(t);
      for (const bad of ["0x../../../etc/passwd", "0x", `0x${"A".repeat(64)}`, "../journal.jsonl"]) {
        await assert.rejects(async () => disk.read("update", bad as Bytes32), hasCode("FILE_HASH"));
      }
    });

    test("after close every operation says so", async (t) => {
      const { disk } = await create(t);
      await disk.close();
      await disk.close();
      await assert.rejects(async () => disk.write("update", patternBytes(1)), hasCode("DISK_CLOSED"));
      await assert.rejects(async () => disk.read("update", bytes32Of(1)), hasCode("DISK_CLOSED"));
      await assert.rejects(async () => disk.open("update", bytes32Of(1)), hasCode("DISK_CLOSED"));
      await assert.rejects(async () => disk.append({ type: "x" }), hasCode("DISK_CLOSED"));
    });
  });
}
