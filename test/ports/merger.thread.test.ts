import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { type TestContext, test } from "node:test";
import { Worker } from "node:worker_threads";
import { filePath } from "../../node/adapters/disk/layout.ts";
import { openDisk } from "../../node/adapters/disk/openDisk.ts";
import { createThreadMerger, type ThreadMergerOptions } from "../../node/adapters/merger/threadMerger.ts";
import { wasmKernels } from "../../node/core/merge/wasm/wasmKernels.ts";
import { mergerInThread } from "../../node/daemon/inThread.ts";
import type { Merger } from "../../node/ports/merger.ts";
import { storedMerge, testMerger } from "./merger.suite.ts";
import { createLogCollector, hasCode, makeTempFolder } from "./support.ts";

async function threadMerger(t: TestContext, options: ThreadMergerOptions, small: Merger = refusing) {
  const dir = await makeTempFolder(t);
  const disk = await openDisk(dir, { logger: createLogCollector().logger });
  t.after(() => disk.close());
  return { dir, disk, merger: createThreadMerger({ dir, disk, kernels: "wasm", small }, options) };
}

/** For tests in which a thread has to merge. */
const refusing: Merger = {
  kernels: wasmKernels,
  merge: () => assert.fail("this merge was for a thread"),
};

testMerger("in a thread of its own", async (t) => {
  const { dir, disk, merger } = await threadMerger(t, { threadFrom: 0 });
  return {
    disk,
    merger,
    async damage(kind, sha256) {
      const path = filePath(dir, kind, sha256);
      const bytes = await readFile(path);
      bytes[bytes.length - 2] = (bytes[bytes.length - 2] as number) ^ 1;
      await writeFile(path, bytes);
    },
  };
});

const never = new AbortController().signal;

const BODY = new URL("../../node/adapters/merger/worker.ts", import.meta.url);

test("the loop of events goes round while a thread merges, which has ended when the merge is there", async (t) => {
  const threads: Worker[] = [];
  const spawn: ThreadMergerOptions["spawn"] = (asked) => {
    const thread = new Worker(BODY, { workerData: asked });
    threads.push(thread);
    return thread;
  };
  const { disk, merger } = await threadMerger(t, { threadFrom: 0, spawn });
  const { merge } = await storedMerge(disk);
  let turns = 0;
  let turning = setImmediate(function turn() {
    // The id of a thread that runs is positive, and -1 once it has ended.
    if (threads.some(({ threadId }) => threadId > 0)) turns++;
    turning = setImmediate(turn);
  });
  await merger.merge(merge, { signal: never });
  clearImmediate(turning);
  assert.ok(turns > 5, `${turns} turns`);
  assert.deepEqual(
    threads.map(({ threadId }) => threadId),
    [-1],
  );
});

test("small merges are made in this thread", async (t) => {
  const { disk, merger } = await threadMerger(
    t,
    { spawn: () => assert.fail("no thread was needed") },
    {
      kernels: wasmKernels,
      merge: (merge, options) => mergerInThread(disk, wasmKernels).merge(merge, options),
    },
  );
  const { merge, expected } = await storedMerge(disk);
  assert.ok(Buffer.from(expected).equals((await merger.merge(merge, { signal: never })).bytes));
});

test("a signal ends the thread before the merge rejects", async (t) => {
  const started = Promise.withResolvers<Worker>();
  const spawn = (): Worker => {
    const thread = new Worker("setInterval(() => {}, 1000)", { eval: true });
    thread.once("online", () => started.resolve(thread));
    return thread;
  };
  const { disk, merger } = await threadMerger(t, { threadFrom: 0, spawn });
  const { merge } = await storedMerge(disk);
  const stop = new AbortController();
  const merging = assert.rejects(merger.merge(merge, { signal: stop.signal }), /the round moved on/);
  const thread = await started.promise;
  const exited = once(thread, "exit");
  let hasExited = false;
  thread.once("exit", () => (hasExited = true));
  stop.abort(new Error("the round moved on"));
  await merging;
  assert.equal(hasExited, true);
  assert.deepEqual(await exited, [1]);
});

for (const [how, program] of [
  ["throws", "throw new Error('out of luck')"],
  ["exits", "process.exit(3)"],
] as const) {
  test(`MERGER_CRASHED: a thread that ${how} costs its merge, and the next one is made`, async (t) => {
    let crashes = 1;
    const { dir, disk, merger } = await threadMerger(t, {
      threadFrom: 0,
      spawn: (asked) => (crashes-- > 0 ? new Worker(program, { eval: true }) : new Worker(BODY, { workerData: asked })),
    });
    const { merge, expected } = await storedMerge(disk);
    await assert.rejects(merger.merge(merge, { signal: never }), hasCode("MERGER_CRASHED"));
    assert.ok(Buffer.from(expected).equals((await merger.merge(merge, { signal: never })).bytes));
    assert.deepEqual(
      (await readdir(dir)).filter((name) => name.endsWith(".tmp")),
      [],
    );
  });
}
