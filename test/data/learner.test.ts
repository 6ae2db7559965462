import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { silent } from "../learner/rows.ts";
import { learnerSuite } from "../ports/learner.suite.ts";
import { documentWith, temporaryFolder } from "./support/document.ts";
import { digitsNpz, digitsSection, readDigits } from "./support/digits.ts";

const folder = await temporaryFolder();
const digits = await readDigits();
const lines = digits.lines.slice(0, 200);
const archive = join(folder, "digits.npz");
const table = join(folder, "digits.csv");
await writeFile(archive, digitsNpz(digits, lines));
await writeFile(table, [digits.header, ...lines, ""].join("\n"));
const training = { localEpochs: 2, validationSplit: 0.2 };

learnerSuite("tfjs on npz", async ({ validation }) => {
  const document = documentWith(digitsSection, { ...training, validationSplit: validation ? 0.2 : 0 });
  const learner = await createLearner({ document, dataPath: archive, logger: silent });
  return { learner, base: initialWeights(document, 1) };
});

async function trained(document: TaskDocument, dataPath: string): Promise<Float32Array> {
  const learner = await createLearner({ document, dataPath, logger: silent });
  try {
    const signal = new AbortController().signal;
    return (await learner.train(initialWeights(document, 1), 1, { signal })).weights.values;
  } finally {
    await learner.close();
  }
}

test("the same rows train to the same bits, whatever format they are in", async () => {
  const { label, ...section } = digitsSection;
  const columns = {
    ...section,
    format: "csv",
    features: { columns: "p{0..7}{0..7}" },
    label: { ...label, column: "digit" },
  };
  const fromArchive = await trained(documentWith(digitsSection, training), archive);
  assert.deepEqual(fromArchive, await trained(documentWith(columns, training), table));
  // Not so with class weights or another split: the task's options reach the training.
  for (const change of [{ classWeights: [2, 1, 1, 1, 1, 1, 1, 1, 1, 1] }, { split: { by: "content" } }])
    assert.notDeepEqual(await trained(documentWith(digitsSection, { ...training, ...change }), archive), fromArchive);
});
