import { decodeModel } from "../../core/codec.ts";
import { NO_EVALUATION } from "../../core/ledger/events.ts";
import type { Observed } from "../../core/merge/rule.ts";
import { standOut } from "../../core/merge/standOut.ts";
import type { Address } from "../../core/primitives.ts";
import { weightsOf } from "../../core/weights/model.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf } from "../../core/round/state.ts";
import type { PeerContext } from "../components.ts";
import { mergeStored } from "../mergeStored.ts";
import { nameOfIn } from "../nameOf.ts";
import { ownLayers } from "../ownLayers.ts";
import { hintWords, updateHint } from "../standOutWords.ts";

/** Evaluations on the chain are rounded to whole per cents: exact scores per round tell about patients (DESIGN 5). */
const EVALUATION_STEP = 100;

/** Merges the included updates, in ledger order, into the base; the model is on disk when this returns. */
export async function runMerge(
  context: PeerContext,
  effect: Effect & { type: "merge" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const since = context.clock.now();
  let clipped = 0;
  const watch = (observed: Observed): void => {
    clipped = observed.clipped.filter((factor) => factor < 1).length;
    tellHints(context, effect, observed);
  };
  const { bytes } = await mergeStored(
    context,
    effect,
    { f: context.document.round.f, seed: effect.seen, watch },
    signal,
  );
  const modelHash = await context.disk.write("model", bytes);
  const { round, included } = effect;
  context.observer.merged?.({ round, updates: included.length, clipped, ms: context.clock.now() - since });
  return {
    type: "merged",
    round: effect.round,
    seen: effect.seen,
    modelHash,
    evaluation: await ownEvaluation(context, bytes, effect.round, signal),
  };
}

/** Says which updates stand out: hints where to look, which change nothing about the merge. */
function tellHints(context: PeerContext, { round, included }: Effect & { type: "merge" }, observed: Observed): void {
  const task = taskOf(context.state);
  const authors = included.map(({ member }) => task.members[member] as Address);
  const hints = standOut(observed).map((found) => updateHint(found, authors));
  context.hints.set(round, hints);
  if (hints.length > 0) context.logger.info(`${hintWords(hints, nameOfIn(context))}: a hint, not a verdict`, { round });
}

async function ownEvaluation(
  context: PeerContext,
  model: Uint8Array,
  round: number,
  signal: AbortSignal,
): Promise<number> {
  if (!context.document.evaluations) return NO_EVALUATION;
  const kept = await ownLayers(context, round + 1);
  const evaluation = await context.learner.evaluate(weightsOf(decodeModel(model), context.specs), { signal, ...kept });
  return evaluation ? Math.round((evaluation.accuracy * 10_000) / EVALUATION_STEP) * EVALUATION_STEP : NO_EVALUATION;
}
