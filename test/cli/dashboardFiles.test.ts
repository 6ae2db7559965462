import assert from "node:assert/strict";
import { appendFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readAuditFile } from "../../node/cli/dashboard/auditFile.ts";
import { ownEntries } from "../../node/cli/dashboard/ownEntries.ts";
import { roundsFile } from "../../node/cli/dashboard/roundsFile.ts";
import { SwarmError } from "../../node/core/errors.ts";
import type { RoundRecord } from "../../node/daemon/components.ts";
import { accountOf, seededLedger } from "../../scripts/bench/dashboard/seededLedger.ts";
import { makeTempFolder } from "../ports/support.ts";

const { view, taskId } = seededLedger(3, 4);
const history = view.tasks.get(taskId)?.history ?? [];

const record = (round: number, more: Partial<RoundRecord> = {}): RoundRecord => ({
  round,
  attempt: 0,
  modelHash: history[round - 1]?.modelHash ?? "0x",
  included: [],
  finalAt: 0,
  engine: "wasm 1",
  trainingMs: 5,
  trainingLoss: 0.5,
  base: { rows: 10, loss: 1 / round, accuracy: round / 10, auc: 0.9 },
  local: undefined,
  update: undefined,
  hints: undefined,
  traffic: { sent: 0, received: 0, content: 0 },
  ...more,
});
const line = (it: RoundRecord): string => `${JSON.stringify(it)}\n`;

test("a node's records are read on as they grow; a line that is being written, or was cut off, hurts nothing", async (t) => {
  const file = join(await makeTempFolder(t), "rounds.jsonl");
  const read = roundsFile(file);
  assert.equal(await read.look(), false, "there is none yet");
  await writeFile(file, `${line(record(1))}{"round": 2, "mo`);
  assert.equal(await read.look(), true);
  assert.equal(read.records.size, 1);
  await appendFile(file, `\n${line(record(2))}`);
  assert.equal(await read.look(), true);
  assert.equal(read.records.size, 2);
  assert.equal(await read.look(), false);
  await writeFile(file, line(record(3)));
  assert.equal(await read.look(), true, "a shorter file is another one");
  assert.deepEqual(
    [...read.records.values()].map(({ round }) => round),
    [3],
  );
});

test("the figures of a round's model are those that the next round began with; who was clipped is the round's own", () => {
  const hint = { account: accountOf(1), norm: 1, clipped: 0.5, dropped: false, timesAsFar: null, sameAs: [] };
  const out = { ...hint, account: accountOf(2), dropped: true };
  const records = new Map([record(1), record(2, { hints: [hint, out] })].map((it) => [it.modelHash as string, it]));
  const entries = ownEntries(view, records, new Map([[accountOf(1), "clinic-2"]]));
  assert.deepEqual(
    [...entries.keys()],
    [1, 2].map((round) => `own/${taskId}/${round}`),
  );
  const [first, second] = [...entries.values()];
  assert.deepEqual([first?.accuracy, first?.loss, first?.auc], [0.2, 0.5, 0.9]);
  assert.equal(second?.accuracy, null, "round 3 has not begun here");
  assert.deepEqual([second?.clipped, second?.dropped.length], [["clinic-2"], 1]);
});

test("records of a lost history are of no round: their models are not on the ledger", () => {
  const lost = record(1, { modelHash: `0x${"9".repeat(64)}` });
  assert.equal(ownEntries(view, new Map([[lost.modelHash, lost]]), new Map()).size, 0);
});

test("an audit's report is read whole, or as the last line of a followed one; anything else is refused by its name", async (t) => {
  const file = join(await makeTempFolder(t), "audit.json");
  const report = (verdict: string): string =>
    JSON.stringify({ verdict, findings: [], unchecked: [{ text: "gone", round: 1 }], more: 1 });
  await writeFile(file, report("incomplete"));
  assert.equal((await readAuditFile(file)).verdict, "incomplete");
  await writeFile(file, `${report("wrong")}\n${report("right")}\n`);
  const { verdict, at, unchecked } = await readAuditFile(file);
  assert.deepEqual([verdict, unchecked[0]?.round], ["right", 1]);
  assert.ok(at > 1_600_000_000);
  for (const text of [
    "",
    "{}",
    "[]",
    '{"verdict":"fine","findings":[],"unchecked":[]}',
    report("right").slice(0, 20),
  ]) {
    await writeFile(file, text);
    await assert.rejects(
      readAuditFile(file),
      (error) => error instanceof SwarmError && error.code === "AUDIT_REPORT_INVALID",
    );
  }
});
