import assert from "node:assert/strict";
import { test } from "node:test";
import { readingAhead } from "../../node/cli/audit/readAhead.ts";
import type { AuditFiles, FileCopy, WantedFile } from "../../node/core/audit/files.ts";
import { run } from "../core/audit/check.ts";
import { buildWorld, hashOf } from "../core/audit/world.ts";

const giver = { kind: "node", name: "a" } as const;
const wanted = (i: number, maxBytes = 100): WantedFile => ({
  kind: "update",
  sha256: hashOf(i),
  context: { taskId: hashOf(0), round: 1, holders: [], maxBytes },
});

/** A source whose files come when they are let. */
function slow() {
  const open = new Map<string, (copies: FileCopy[]) => void>();
  const files: AuditFiles = {
    get: (_kind, sha256) => new Promise<FileCopy[]>((resolve) => open.set(sha256, resolve)),
  };
  const come = (i: number): void => open.get(hashOf(i))?.([{ source: "a", giver, bytes: new Uint8Array([i]) }]);
  return { files, come, asked: () => [...open.keys()].map((hash) => Number(BigInt(hash))) };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("four files are on their way at a time, in the order of reading; one that was read makes room for the next", async () => {
  const { files, come, asked } = slow();
  const ahead = readingAhead(files);
  const read = async (i: number) => Array.fromAsync(await ahead.get(...argsOf(wanted(i))));
  ahead.ahead?.([1, 2, 3, 4, 5, 6].map((i) => wanted(i)));
  await settled();
  assert.deepEqual(asked(), [1, 2, 3, 4]);
  come(2);
  await settled();
  assert.deepEqual(asked(), [1, 2, 3, 4], "what waits to be read is in memory, too");
  come(1);
  assert.deepEqual((await read(1))[0]?.bytes, new Uint8Array([1]));
  await settled();
  assert.deepEqual(asked(), [1, 2, 3, 4, 5]);
  assert.deepEqual((await read(2))[0]?.bytes, new Uint8Array([2]));
});

test("files too large to wait in memory are fetched when they are read; a failure is heard by who reads", async () => {
  const { files, come, asked } = slow();
  const ahead = readingAhead(files);
  ahead.ahead?.([wanted(1, 100 << 20)]);
  await settled();
  assert.deepEqual(asked(), []);
  const reading = ahead.get(...argsOf(wanted(1, 100 << 20)));
  await settled();
  come(1);
  assert.equal((await Array.fromAsync(await reading)).length, 1);
  const failing = readingAhead({ get: () => Promise.reject(new Error("gone")) });
  failing.ahead?.([wanted(1)]);
  await settled();
  await assert.rejects(async () => failing.get(...argsOf(wanted(1))), /gone/);
});

test("an audit says before each round what it will read: all of it, in the order in which it does", async () => {
  const { world } = buildWorld();
  const said: string[] = [];
  const read: string[] = [];
  const { files } = world;
  const report = await run(world, {
    get: (kind, sha256, context) => {
      read.push(`${kind} ${sha256}`);
      return files.get(kind, sha256, context);
    },
    ahead: (next) => void said.push(...next.map(({ kind, sha256 }) => `${kind} ${sha256}`)),
  });
  assert.equal(report.verdict, "right");
  // The first model is read before any round.
  assert.deepEqual(said, read.slice(1));
});

const argsOf = ({ kind, sha256, context }: WantedFile) => [kind, sha256, context] as const;
