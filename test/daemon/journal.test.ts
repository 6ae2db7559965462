import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import { KEPT_ROUNDS } from "../../node/core/round/forget.ts";
import { type PeerJournalEntry, record, recover, shortenJournal } from "../../node/daemon/journal.ts";

const b32 = (i: number): `0x${string}` => `0x${i.toString(16).padStart(64, "0")}`;
const TASK = b32(1);
const OTHER = b32(2);

/** What a node writes in one round. */
const round = (number: number, task = TASK): PeerJournalEntry[] => [
  { type: "own", task, round: number, base: b32(number), sha256: b32(number + 1), weight: 3 },
  {
    type: "sealed",
    task,
    seen: b32(number),
    round: number,
    attempt: 0,
    cid: `bafy${number}`,
    sealed: b32(number + 2),
    offered: false,
  },
  { type: "offered", task, seen: b32(number) },
  { type: "voted", task, seen: b32(number + 3), round: number, modelHash: b32(number + 4) },
  { type: "pruned", task, before: number },
];

test("R7: a journal of many rounds is shortened at the start, and says the same of the last rounds", async () => {
  const disk = createMemoryDisk();
  const written: PeerJournalEntry[] = [
    { type: "joined", task: TASK },
    { type: "joined", task: OTHER },
    ...round(1, OTHER),
  ];
  for (let number = 1; number <= 3 * KEPT_ROUNDS; number++) written.push(...round(number));
  written.push({ type: "satOut", task: TASK, round: 3 * KEPT_ROUNDS, attempt: 2 });
  for (const entry of written) await record(disk, entry);

  const first = await recover(disk, TASK);
  assert.ok((await disk.entries()).length < 4 * KEPT_ROUNDS);
  const again = await recover(disk, TASK);
  assert.deepEqual(again, first);
  assert.ok(first.joined);
  assert.deepEqual(
    [first.local.own.size, first.local.sealed.size, first.local.voted.size],
    Array(3).fill(KEPT_ROUNDS + 1),
  );
  assert.ok([...first.local.sealed.values()].every(({ offered }) => offered));
  assert.deepEqual([...first.local.satOut], [`${3 * KEPT_ROUNDS}.2`]);
  assert.equal(first.local.prunedBefore, 3 * KEPT_ROUNDS);
  const other = await recover(disk, OTHER);
  assert.deepEqual([other.joined, other.local.own.size], [true, 1], "what it says of other tasks stays");
});

test("R7: a short journal is left as it is", async () => {
  const disk = createMemoryDisk();
  const written: PeerJournalEntry[] = [{ type: "joined", task: TASK }, ...round(1), ...round(2)];
  for (const entry of written) await record(disk, entry);
  await recover(disk, TASK);
  assert.deepEqual(await disk.entries(), written);
});

test("R7: a journal is shortened while the node runs, and loses nothing of what is written meanwhile", async () => {
  const disk = createMemoryDisk();
  await record(disk, { type: "joined", task: TASK });
  const last = 4 * KEPT_ROUNDS;
  for (let number = 1; number <= last; number++) for (const entry of round(number)) await record(disk, entry);
  // Nobody waits for one before the next begins.
  await Promise.all([
    record(disk, { type: "voted", task: TASK, seen: b32(9_001), round: last, modelHash: b32(1) }),
    shortenJournal(disk, TASK),
    record(disk, { type: "voted", task: TASK, seen: b32(9_002), round: last, modelHash: b32(2) }),
  ]);
  const { length } = await disk.entries();
  assert.ok(length < 4 * KEPT_ROUNDS, `${length} entries`);
  const { local, joined } = await recover(disk, TASK);
  assert.ok(joined && local.voted.has(b32(9_001)) && local.voted.has(b32(9_002)));
  assert.equal((await disk.entries()).length, length, "once is enough");
});
