import { SwarmError } from "../../core/errors.ts";
import { totalElements } from "../../core/safetensorsHeader.ts";
import { initialLocal } from "../../core/task/initialModel.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { localTensorSpecs, tensorSpecs } from "../../core/task/tensors.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";
import { specDifference } from "../../core/weights/specDifference.ts";
import type { Learner } from "../../ports/learner.ts";
import type { Conversation } from "./conversation.ts";
import { FILES, openExchange, readTensors } from "./exchange.ts";
import { asEvaluation, checkEvaluation, checkTrained } from "./figures.ts";
import type { Supervisor } from "./supervisor.ts";
import { Turns } from "./turns.ts";

interface Given {
  base: Weights;
  own?: Weights;
  settings: object;
}

/**
 * A learner over a supervised trainer: one request at a time, each with a folder of its own, and nothing that comes back is used unchecked.
 * @param folder where requests' folders are made
 * @param signal gives up waiting for the first hello
 */
export async function processLearner(
  document: TaskDocument,
  folder: string,
  supervisor: Supervisor,
  signal: AbortSignal,
): Promise<Omit<Learner, "close">> {
  const shared = tensorSpecs(document);
  const local = localTensorSpecs(document);
  const turns = new Turns();
  let { hello } = await turns.take(() => supervisor.get(signal), signal);

  const check = (weights: Weights, own: Weights | undefined): void => {
    requireSpecs(weights, shared, document.name);
    if (own !== undefined) requireSpecs(own, local, document.name);
  };
  /** Does the work with a trainer that is ready, and the request's folder. */
  const ask = <T>(
    { base, own = local.length === 0 ? undefined : initialLocal(document), settings }: Given,
    options: { signal: AbortSignal },
    work: (conversation: Conversation, folder: string) => Promise<T>,
  ): Promise<T> =>
    turns.take(async () => {
      const conversation = await supervisor.get(options.signal);
      ({ hello } = conversation);
      const given = { base, settings, ...(local.length === 0 || own === undefined ? {} : { own }) };
      await using exchange = await openExchange(folder, given);
      const result = await work(conversation, exchange.folder);
      supervisor.answered();
      return result;
    }, options.signal);

  return {
    get engine() {
      return `${hello.engine.name} ${hello.engine.version}`;
    },
    get rows() {
      return { ...hello.rows };
    },
    async train(base, round, options) {
      check(base, options.own);
      const given = { base, ...options, settings: { round, training: document.training } };
      return ask(given, options, async (conversation, place) => {
        const started = performance.now();
        const answer = await conversation.request("train", place, options);
        const ms = performance.now() - started;
        checkTrained(answer, conversation.hello, document);
        const weights = await readTensors(place, FILES.weights, shared);
        const own = local.length === 0 ? {} : { own: await readTensors(place, FILES.own, local) };
        const { samples, loss } = answer;
        const validation = asEvaluation(answer.validation);
        return { weights, ...own, samples, loss, ms, ...(validation === undefined ? {} : { validation }) };
      });
    },
    async evaluate(weights, options) {
      check(weights, options.own);
      return ask({ base: weights, ...options, settings: {} }, options, async (conversation, place) => {
        const { evaluation } = await conversation.request("evaluate", place, options);
        checkEvaluation(evaluation, conversation.hello.rows.validation);
        return asEvaluation(evaluation);
      });
    },
  };
}

/** @throws SwarmError LEARNER_SHAPES */
function requireSpecs({ specs, values }: Weights, wanted: readonly TensorSpec[], task: string): void {
  const length = totalElements(wanted);
  const difference =
    specDifference(specs, wanted) ??
    (values.length === length ? undefined : `There are ${values.length} values instead of ${length}.`);
  if (difference !== undefined)
    throw new SwarmError("LEARNER_SHAPES", `the weights are not those of task ${task}. ${difference}`);
}
