import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { documentOf } from "../task/fixture.ts";
import { silent, temporaryFolder } from "./rows.ts";

const folder = await temporaryFolder();
const document = documentOf([
  { type: "embedding", inputDim: 5, outputDim: 2 },
  { type: "flatten" },
  { type: "dense", units: 3 },
]);

for (const value of ["5", "-1", "1.5"]) {
  test(`CSV_NOT_AN_INDEX: ${value} where an embedding takes whole numbers from 0 to 4; the value is not told`, async () => {
    const path = join(folder, "rows.csv");
    const rows = Array.from({ length: 40 }, (_, row) => `0,1,${row === 33 ? value : 4},3,${row % 3}`);
    await writeFile(path, ["x1,x2,x3,x4,y", ...rows, ""].join("\n"));
    const error = await createLearner({ document, dataPath: path, logger: silent }).then(
      (learner) => learner.close(),
      (reason: unknown) => reason as Error & { code: string },
    );
    assert.equal(error?.code, "CSV_NOT_AN_INDEX");
    assert.match(error.message, /rows\.csv: column "x3".*from 0 to 4/);
  });
}
