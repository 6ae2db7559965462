/**
 * Times training steps of our engine in a process of its own. Argument: wasm or native. Reads `{"model": index, "steps": count}` a line, trains that
 * many batches of random rows as the daemon's worker does, and answers with the processor milliseconds of one step and the loss in the end.
 */
import { createInterface } from "node:readline";
import { startEngine } from "../../../node/adapters/tfjs/engine.ts";
import { createModel } from "../../../node/adapters/tfjs/model.ts";
import { trainRound } from "../../../node/adapters/tfjs/train.ts";
import { createPrng } from "../../../node/core/prng.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import type { EngineName } from "../../../node/ports/learner.ts";
import { TIMED } from "./models.ts";

const engine = await startEngine(process.argv[2] as EngineName);
const models = TIMED.map(({ document }) => {
  const width = document.data.inputShape?.reduce((product, side) => product * side, 1) ?? 1;
  return { document, width, model: createModel(document), values: initialModel(document, 1).values };
});
const say = (answer: object): void => void process.stdout.write(`${JSON.stringify(answer)}\n`);
say({ engine });

for await (const line of createInterface(process.stdin)) {
  const { model: index, steps } = JSON.parse(line) as { model: number; steps: number };
  const timed = models[index];
  if (timed === undefined) throw new Error(`there is no model ${index}`);
  const { document, width, model, values } = timed;
  const rows = steps * document.training.batchSize;
  const prng = createPrng(index, steps);
  const features = Float32Array.from({ length: rows * width }, () => 2 * prng.float() - 1);
  const labels = Int32Array.from({ length: rows }, () => prng.below(document.data.label.classes.length));
  const before = process.cpuUsage();
  const hooks = { stopped: () => false, onBatch() {} };
  const trained = trainRound(model, { features, labels, rows, width }, values, 1, document.training, hooks);
  const { user, system } = process.cpuUsage(before);
  say({ ms: (user + system) / 1000 / steps, loss: trained?.loss });
}
