import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { MIN_RECORDS } from "../../node/core/task/schema.ts";
import { damageFiles } from "../../scripts/soak/damage.ts";
import { LEAST_NODES, MOST_NODES, soakPlan } from "../../scripts/soak/plan.ts";

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "soak-"));
});
afterEach(() => rmSync(dir, { recursive: true }));

const rowsOf = (file: string): string[] => readFileSync(file, "utf8").trimEnd().split("\n").slice(1);

for (const nodes of [LEAST_NODES, 10, MOST_NODES]) {
  test(`${nodes} clinics: a task that is valid, and for each enough rows to publish from, no row twice`, async () => {
    const { data, f, taskFile, phaseSeconds, retainRounds } = await soakPlan(dir, nodes, 3);
    const { round, training, ...task } = await readTaskFile(taskFile);
    assert.ok(nodes >= 3 * f + 1 && f >= 1);
    assert.deepEqual([round.f, round.startMembers, round.submitSeconds], [f, nodes, phaseSeconds]);
    assert.ok(round.minPeers >= 2 * f + 1 && round.minPeers <= nodes - f);
    assert.deepEqual(
      [task.merge, task.retainRounds, training.seed],
      [{ rule: "trimmedMean", trim: f }, retainRounds, 3],
    );
    const rows = data.map(rowsOf);
    assert.equal(rows.flat().length, new Set(rows.flat()).size);
    // Validation rows are taken class by class and rounded down: no more than this share.
    for (const part of rows)
      assert.ok(part.length * (1 - training.validationSplit) >= MIN_RECORDS, `${part.length} rows`);
  });
}

test("damage flips a few bytes of stored files, the same ones for the same number, and touches nothing else", async () => {
  const homes = ["a", "b"].map((name) => join(dir, name));
  const files = ["files/update/01/f", "files/model/02/f", "ipfs/blocks/AB/x.data", "journal.jsonl", "ipfs/pins/LOG"];
  const content = Buffer.alloc(500, 7);
  for (const home of homes) {
    for (const file of files) {
      mkdirSync(join(home, file, ".."), { recursive: true });
      writeFileSync(join(home, file), content);
    }
  }
  const [first, second] = await Promise.all(homes.map((home) => damageFiles(home, 11)));
  assert.deepEqual(first, second);
  assert.ok(first && first.length > 0 && first.every((file) => /^(files|ipfs\/blocks)\//.test(file)));
  for (const file of files) {
    const [a, b] = homes.map((home) => readFileSync(join(home, file))) as [Buffer, Buffer];
    assert.deepEqual(a, b);
    assert.equal(a.equals(content), !first.includes(file), file);
    const flipped = a.filter((byte) => byte !== 7).length;
    assert.ok(a.length === 500 && flipped <= 3, `${flipped} bytes`);
  }
});
