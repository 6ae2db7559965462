import assert from "node:assert/strict";
import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { TaskDocument } from "../../../node/core/task/schema.ts";
import { weightsOf } from "../../../node/core/weights/model.ts";
import type { Weights } from "../../../node/core/weights.ts";
import type { Learner } from "../../../node/ports/learner.ts";

/** Rounds without ledger or network: train everywhere, merge the differences. @returns the last model */
export async function federate(document: TaskDocument, first: Weights, learners: readonly Learner[]): Promise<Weights> {
  const { signal } = new AbortController();
  let base = first;
  for (let round = 1; round <= document.round.rounds; round++) {
    const from = base;
    const results = await Promise.all(learners.map((learner) => learner.train(from, round, { signal })));
    const contributions = results.map(({ weights }, member) => ({
      member,
      weight: 1,
      delta: { specs: from.specs, values: weights.values.map((value, i) => value - (from.values[i] ?? 0)) },
    }));
    for (const { delta } of contributions) {
      const norm = Math.hypot(...delta.values);
      assert.ok(norm < document.limits.maxUpdateNorm / 2, `an honest update has norm ${norm}`);
    }
    base = weightsOf(mergeModel(base, contributions, document.merge), base.specs);
  }
  return base;
}
