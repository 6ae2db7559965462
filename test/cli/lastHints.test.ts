import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { lastHints } from "../../node/cli/lastHints.ts";
import type { Address } from "../../node/core/primitives.ts";

const account: Address = `0x${"3".repeat(40)}`;
const hint = { account, norm: 5, clipped: 0.4, dropped: false, timesAsFar: 2.5, sameAs: [] };
const names = new Map([[account, "clinic-c"]]);

test("status tells what stood out in the last round of the node's records, if anything did", async () => {
  const folder = await mkdtemp(join(tmpdir(), "swarm-hints-"));
  const file = join(folder, "rounds.jsonl");
  const lines = (...records: object[]) => writeFile(file, records.map((it) => `${JSON.stringify(it)}\n`).join(""));
  try {
    assert.equal(await lastHints(file, names), undefined);
    await writeFile(file, "");
    assert.equal(await lastHints(file, names), undefined);
    await lines({ round: 1, hints: [hint] }, { round: 2, hints: [] });
    assert.equal(await lastHints(file, names), undefined);
    // A record of before there were hints.
    await lines({ round: 1, hints: [hint] }, { round: 2 });
    assert.equal(await lastHints(file, names), undefined);
    await lines({ round: 1, filler: "é".repeat(400_000) }, { round: 2, hints: [hint] });
    assert.deepEqual(await lastHints(file, names), {
      round: 2,
      hints: [hint],
      text: "the update of clinic-c was clipped to 0.40 of its length and is 2.5 times as far from the others as usual (a hint, not a verdict)",
    });
    await lines({ round: 1, hints: [], update: { norm: 2, clipped: 0.6 } });
    assert.equal(await lastHints(file, names), undefined, "a little shorter is usual");
    await lines({ round: 1, hints: [], update: { norm: 2.1, clipped: 0.0095 } });
    assert.equal((await lastHints(file, names))?.text, "this node's update was shortened to 0.95 % of its length");
    await lines({ round: 1, hints: [hint], update: { norm: 2.1, clipped: 0.0095 } });
    assert.match((await lastHints(file, names))?.text ?? "", /0\.95 % of its length; the update of clinic-c was /);
    await writeFile(file, `${JSON.stringify({ round: 3, hints: [hint] })}\n{"round":`);
    assert.equal((await lastHints(file, names))?.round, 3);
    await writeFile(file, '{"round":1}\n{"round":\n');
    await assert.rejects(lastHints(file, names), {
      code: "RECORD_INVALID",
      message: /rounds\.jsonl .* delete that line/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
