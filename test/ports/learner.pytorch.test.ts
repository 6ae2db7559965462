import { test } from "node:test";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { temporaryFolder, writeRows } from "../learner/rows.ts";
import { taskDocument, taskInput } from "../task/fixture.ts";
import { openExample, pytorch } from "../trainers/support/python.ts";
import { learnerSuite } from "./learner.suite.ts";

const torch = pytorch();
const folder = await temporaryFolder();
const dataPath = await writeRows(folder, 80);

if (torch.skip !== false) test("PyTorch: learner port", { skip: torch.skip });
else {
  learnerSuite("PyTorch", async ({ validation }) => {
    const training = { ...taskInput().training, localEpochs: 2, validationSplit: validation ? 0.2 : 0 };
    const document = taskDocument({ training });
    return {
      learner: await openExample(torch.command, document, dataPath, folder),
      base: initialWeights(document, 1),
    };
  });
}
