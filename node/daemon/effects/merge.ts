import { decodeUpdate, encodeModel } from "../../core/codec.ts";
import { NO_EVALUATION } from "../../core/ledger/events.ts";
import type { Contribution } from "../../core/merge/merge.ts";
import type { Observed } from "../../core/merge/rule.ts";
import { standOut } from "../../core/merge/standOut.ts";
import type { Address } from "../../core/primitives.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf } from "../../core/round/state.ts";
import type { Weights } from "../../core/weights.ts";
import type { PeerContext } from "../components.ts";
import { readFile, readModel } from "../files.ts";
import { nameOfIn } from "../nameOf.ts";
import { hintWords, updateHint } from "../standOutWords.ts";

/** Evaluations on the chain are rounded to whole per cents: exact scores per round tell about patients (DESIGN 5). */
const EVALUATION_STEP = 100;

/** Merges the included updates, in ledger order, into the base; the model is on disk when this returns. */
export async function runMerge(
  context: PeerContext,
  effect: Effect & { type: "merge" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { disk, document, rules } = context;
  const base = await readModel(context, effect.base);
  const contributions: Contribution[] = [];
  for (const { member, sha256, weight } of effect.included) {
    contributions.push({ member, weight, delta: decodeUpdate(await readFile(context, "update", sha256)).delta });
  }
  const merged = rules.mergeModel(base, contributions, document.merge, {
    f: document.round.f,
    seed: effect.seen,
    watch: (observed) => tellHints(context, effect, observed),
  });
  const modelHash = await disk.write("model", encodeModel(merged));
  return {
    type: "merged",
    round: effect.round,
    seen: effect.seen,
    modelHash,
    evaluation: await ownEvaluation(context, merged, signal),
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

async function ownEvaluation(context: PeerContext, weights: Weights, signal: AbortSignal): Promise<number> {
  if (!context.document.evaluations) return NO_EVALUATION;
  const evaluation = await context.learner.evaluate(weights, { signal });
  return evaluation ? Math.round((evaluation.accuracy * 10_000) / EVALUATION_STEP) * EVALUATION_STEP : NO_EVALUATION;
}
