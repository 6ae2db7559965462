import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, test } from "node:test";
import { readCsv } from "../../node/adapters/data/csv/readCsv.ts";
import { scalingOf } from "../../node/core/statistics/scaling.ts";
import type { ColumnData } from "../../node/core/task/dataSchema.ts";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { decodeWeights } from "../../node/core/codec.ts";
import { featureNames, tensorSpecs } from "../../node/core/task/tensors.ts";
import { temporaryFolder, writeRows } from "../learner/rows.ts";
import { taskDocument } from "../task/fixture.ts";
import { federate } from "./support/federate.ts";
import { example, openExample, sklearn } from "./support/python.ts";

/** The scikit-learn example, with scikit-learn. */

const folder = await temporaryFolder();
const found = sklearn();

/** Four sites of the digits, which see different ones, and a hold-out. */
function splitDigits(): string {
  const out = join(folder, "digits");
  const args = [example("digits/data/digits.csv"), "--label", "digit", "--sites", "4", "--least", "40", "--out", out];
  const { status, stderr } = spawnSync(process.execPath, [example("../scripts/split.ts"), ...args], {
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return out;
}

describe("scikit-learn", { skip: found.skip }, () => {
  const { command } = found as { command: string };

  test("four clinics learn digits by tensors that only their trainer understands", async (context) => {
    const document = await readTaskFile(example("trainers/digits-linear.yaml"));
    const first = decodeWeights(await readFile(example("trainers/digits-linear.safetensors")));
    assert.deepEqual(first.specs, tensorSpecs(document));
    const digits = splitDigits();
    await using closing = new AsyncDisposableStack();
    const learners = await Promise.all(
      [1, 2, 3, 4].map((site) => openExample(command, document, join(digits, `site-${site}.csv`), folder)),
    );
    for (const learner of learners) closing.defer(() => learner.close());
    assert.match(learners[0]?.engine ?? "", /^scikit-learn \d/);
    const { values } = await federate(document, first, learners);
    const { label, missing } = document.data as ColumnData;
    const normalize = scalingOf(document);
    const schema = { features: featureNames(document), label, missing, normalize };
    const rows = await readCsv(join(digits, "test.csv"), schema);
    const right = rows.labels.filter((digit, row) => {
      const pixels = rows.features.subarray(row * 64, row * 64 + 64);
      const scores = Array.from({ length: 10 }, (_, k) =>
        pixels.reduce((sum, pixel, i) => sum + pixel * (values[k * 64 + i] ?? 0), values[640 + k] ?? 0),
      );
      return scores.indexOf(Math.max(...scores)) === digit;
    });
    const accuracy = right.length / rows.rows;
    context.diagnostic(`accuracy on the hold-out ${accuracy.toFixed(3)} of ${rows.rows} rows`);
    assert.ok(accuracy >= 0.9, `${accuracy}`);
  });

  test("a task with other tensors is refused at the start, in the trainer's own words", async () => {
    const document = taskDocument({ model: { tensors: [{ name: "coef", shape: [3, 3] }] } });
    const starting = openExample(command, document, await writeRows(folder, 60), folder);
    await assert.rejects(starting, { code: "TRAINER_FAILED", message: /this trainer is for tasks with the tensors/ });
  });
});
