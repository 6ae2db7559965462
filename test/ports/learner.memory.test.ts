import { createMemoryLearner } from "../../node/adapters/memory/learner.ts";
import { learnerSuite } from "./learner.suite.ts";

const specs = [
  { name: "0.dense.bias", shape: [2] },
  { name: "0.dense.kernel", shape: [3, 2] },
];

learnerSuite("memory", async ({ validation }) => ({
  learner: createMemoryLearner({ specs, seed: 5, rows: { training: 40, validation: validation ? 8 : 0 } }),
  base: { specs, values: new Float32Array(8).fill(0.5) },
}));
