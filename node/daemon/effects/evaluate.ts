import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { PeerContext } from "../components.ts";
import { readWeights } from "../files.ts";
import { ownLayers } from "../ownLayers.ts";

/** Evaluates the model that the task ends with on the local validation split, and reports the end of the task. */
export async function runEvaluate(
  context: PeerContext,
  effect: Effect & { type: "evaluate" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { round, model, stoppedAfter } = effect;
  // Of the layers that stay here, those that were trained together with the model.
  const kept = await ownLayers(context, stoppedAfter === undefined ? Infinity : round + 1);
  const evaluation = await context.learner.evaluate(await readWeights(context, model), { signal, ...kept });
  const rounds = stoppedAfter ?? round;
  const stoppedEarly = stoppedAfter === undefined ? {} : { stoppedEarly: { best: round, stale: staleRounds(context) } };
  context.logger.info(stoppedAfter === undefined ? "the task is finished" : "the task has stopped early", {
    rounds,
    ...stoppedEarly,
    model,
    ...(evaluation ? { evaluation } : {}),
  });
  context.observer.finished?.({ rounds, modelHash: model, evaluation, ...stoppedEarly });
  return { type: "evaluated", model };
}

const staleRounds = ({ document }: PeerContext): number => document.training.earlyStopping?.patience ?? 0;
