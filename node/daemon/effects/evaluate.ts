import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import type { PeerContext } from "../components.ts";
import { readModel } from "../files.ts";
import { ownLayers } from "../ownLayers.ts";

/** Evaluates the task's last model on the local validation split and reports the end of the task. */
export async function runEvaluate(
  context: PeerContext,
  effect: Effect & { type: "evaluate" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const kept = await ownLayers(context, Infinity);
  const evaluation = await context.learner.evaluate(await readModel(context, effect.model), { signal, ...kept });
  context.logger.info("the task is finished", {
    rounds: effect.round,
    model: effect.model,
    ...(evaluation ? { evaluation } : {}),
  });
  context.observer.finished?.({ rounds: effect.round, modelHash: effect.model, evaluation });
  return { type: "evaluated", model: effect.model };
}
