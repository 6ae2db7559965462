import { createLogger } from "../../../node/adapters/system/logger.ts";
import { createLearner } from "../../../node/adapters/tfjs/createLearner.ts";
import { evaluateData } from "../../../node/adapters/tfjs/evaluate.ts";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import { contributorWeight, type TaskDocument } from "../../../node/core/task/document.ts";
import { initialModel } from "../../../node/core/task/initialModel.ts";
import { tensorSpecs } from "../../../node/core/task/tensors.ts";
import type { Weights } from "../../../node/core/weights.ts";
import { weightsOf } from "../../../node/core/weights/model.ts";
import { subtract } from "../../../node/core/weights/subtract.ts";
import type { Learner } from "../../../node/ports/learner.ts";

/** What a swarm came to: the model that all share, and the layers that each site keeps, if the task has such. */
export interface Learned {
  shared: Weights;
  own: (Weights | undefined)[];
}

/** Rounds with the product's learner and its merge, without daemons and a chain between them: all sites take part in each. */
export async function learn(document: TaskDocument, files: readonly string[], signal: AbortSignal): Promise<Learned> {
  const logger = createLogger({ level: "warn", pretty: true });
  await using closing = new AsyncDisposableStack();
  const learners: Learner[] = [];
  for (const dataPath of files)
    learners.push(closing.adopt(await createLearner({ document, dataPath, logger, signal }), (it) => it.close()));
  let model = initialModel(document, document.training.seed);
  const weights = (): Weights => weightsOf(model, tensorSpecs(document));
  const own: (Weights | undefined)[] = files.map(() => undefined);
  for (let round = 1; round <= document.round.rounds; round++) {
    const contributions = [];
    const shared = weights();
    for (const [member, learner] of learners.entries()) {
      const kept = own[member];
      const result = await learner.train(shared, round, { signal, ...(kept ? { own: kept } : {}) });
      own[member] = result.own;
      const weight = contributorWeight(document, result.samples);
      contributions.push({ member, weight, delta: subtract(result.weights, shared) });
    }
    model = mergeModel(model, contributions, document.merge);
  }
  return { shared: weights(), own };
}

/** Mean accuracy, 0 to 1, each site with its own layers on a file of its own. */
export async function meanAccuracy(
  document: TaskDocument,
  { shared, own }: Learned,
  tests: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  let sum = 0;
  for (const [site, file] of tests.entries()) {
    const kept = own[site];
    sum += (await evaluateData(document, shared, file, { signal, ...(kept ? { own: kept } : {}) })).accuracy;
  }
  return sum / tests.length;
}
