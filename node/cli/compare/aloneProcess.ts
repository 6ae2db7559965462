/** A process that trains on one file by itself, round by round as a client does, and prints events like `swarm node run --json`. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { createLogger } from "../../adapters/system/logger.ts";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { createLearner } from "../../adapters/tfjs/createLearner.ts";
import { SwarmError } from "../../core/errors.ts";
import { asModel, weightsOf } from "../../core/weights/model.ts";
import { encodeModel } from "../../core/codec.ts";
import { initialModel } from "../../core/task/initialModel.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import { costsOf } from "../modes/costs.ts";

const print = (event: object): void => void process.stdout.write(`${JSON.stringify(event)}\n`);

async function main(): Promise<void> {
  const { values } = parseArgs({
    strict: false,
    options: { task: { type: "string" }, data: { type: "string" }, out: { type: "string" } },
    args: process.argv.slice(2),
  });
  const named = (name: string): string => String(values[name]);
  const document = await readTaskFile(named("task"));
  const logger = createLogger({ level: "warn", pretty: false });
  const { signal } = new AbortController();
  const learner = await createLearner({ document, dataPath: named("data"), logger });
  try {
    print({ event: "ready", engine: learner.engine, rows: learner.rows });
    let weights = weightsOf(asModel(initialModel(document, document.training.seed)), tensorSpecs(document));
    for (let round = 1; round <= document.round.rounds; round++) {
      ({ weights } = await learner.train(weights, round, { signal }));
      const model = join(named("out"), `round-${round}.safetensors`);
      await writeFile(model, encodeModel(asModel(weights)), { mode: 0o600 });
      print({ event: "round", round, model });
    }
    print({ event: "finished", ...costsOf({ traffic: () => ({ sent: 0, received: 0, content: 0 }) }) });
  } finally {
    await learner.close();
  }
}

// The parent's end, however it comes, is this process's end.
process.once("disconnect", () => process.exit(1));
try {
  await main();
} catch (error) {
  const { code, message } = error instanceof SwarmError ? error : { code: "COMPARE_FAILED", message: String(error) };
  print({ error: { code, message } });
  process.exitCode = 1;
}
process.disconnect?.();
