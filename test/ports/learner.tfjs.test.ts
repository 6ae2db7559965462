import { createLearner } from "../../node/adapters/tfjs/createLearner.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import { silent, temporaryFolder, writeRows } from "../learner/rows.ts";
import { taskDocument } from "../task/fixture.ts";
import { learnerSuite } from "./learner.suite.ts";

const folder = await temporaryFolder();
const dataPath = await writeRows(folder, 80);

learnerSuite("tfjs", async ({ validation }) => {
  const document = taskDocument({
    training: {
      localEpochs: 2,
      batchSize: 8,
      optimizer: { type: "adam", learningRate: 0.01 },
      validationSplit: validation ? 0.2 : 0,
    },
  });
  return { learner: await createLearner({ document, dataPath, logger: silent }), base: initialWeights(document, 1) };
});
