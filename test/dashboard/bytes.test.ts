import assert from "node:assert/strict";
import { test } from "node:test";
import { gzipSync } from "node:zlib";
import { loadAssets } from "../../node/adapters/http/dashboard/assets.ts";
import type { Change } from "../../node/ports/dashboard.ts";
import { seededLedger } from "../../scripts/bench/dashboard/seededLedger.ts";
import { emptyDashboard, PAGE } from "../../scripts/bench/dashboard/served.ts";

/** 1,000 rounds of 64 members. How fast a browser is with them is measured by `npm run bench -- --dashboard`. */

const ledger = seededLedger(1_000, 64);
const dashboard = emptyDashboard(ledger.now);
dashboard.take(ledger.events, ledger.view);

test("the first load is under 300 kB, with gzip too", async () => {
  const { files } = await loadAssets(PAGE);
  const { json } = dashboard.state();
  const total = [...files.values()].reduce((sum, { gzip }) => sum + gzip.length, gzipSync(json).length);
  assert.ok(files.size > 20 && json.length > 100_000);
  assert.ok(total < 300_000, `${total} bytes`);
});

test("a block without events costs a page its height, an act what it changed: not all that is known", () => {
  const changes: Change[] = [];
  const end = dashboard.onChange((change) => changes.push(change));
  ledger.view.head++;
  dashboard.take([], ledger.view);
  const last = ledger.events.at(-1);
  assert.ok(last?.type === "UpdateSubmitted");
  ledger.view.tasks.get(ledger.taskId)?.attempt?.submissions.set(63, { ...last, member: 63 });
  dashboard.take([{ ...last, member: 63 }], ledger.view);
  end();
  const [block, act] = changes.map((change) => JSON.stringify(change).length);
  assert.equal(changes.length, 2);
  assert.ok(Number(block) < 1_000, `${block} bytes`);
  assert.ok(Number(act) < 3_000, `${act} bytes`);
});

test("a page of the ledger's 200,000 entries is 50 of them, wherever it is", () => {
  for (const offset of [0, 100_000, ledger.events.length - 10]) {
    const { total, rows } = dashboard.ledger({ offset, limit: 50 });
    assert.ok(total > 190_000);
    assert.ok(rows.length <= 50 && JSON.stringify(rows).length < 40_000);
  }
});
