import { mergeModel } from "../../../node/core/merge/merge.ts";
import type { TaskDocument } from "../../../node/core/task/document.ts";
import type { Weights } from "../../../node/core/weights.ts";

export const LIES = ["alie", "sign"] as const;
export type Lie = (typeof LIES)[number];

/** What the two last sites of a run do: nothing wrong, not take part at all, both the same lie, or one of them each. */
export const CONDUCTS = ["none", "absent", ...LIES, "both"] as const;
export type Conduct = (typeof CONDUCTS)[number];

/** How much longer than an honest update a flipped one is, before the node's own clipping to the task's bound. */
const FLIPPED_TIMES = 10;

/** Standard deviations among which ALIE looks for the one that does the most harm. */
const STRENGTHS = [0.25, 0.5, 1, 1.5, 2, 3, 5, 10];

/** The honest update turned round, and long. */
export function flipped(delta: Weights): Weights {
  return { specs: delta.specs, values: delta.values.map((value) => -FLIPPED_TIMES * value) };
}

/**
 * "A little is enough" (Baruch et al. 2019): the mean of honest updates, moved against their deviation by as many of it as harm the task's own
 * merge the most. Liars know the rule, but see no others' updates before they have committed to theirs (R2): mean and deviation are those of
 * what they would have sent themselves, and to try a strength they merge the lies with such updates in the places of the honest.
 * @param own what each liar would have sent, as deltas from the round's base
 * @param honest how many others take part
 */
export function alie(own: readonly Weights[], honest: number, { merge, round }: TaskDocument): Weights {
  const { specs, values } = own[0] as Weights;
  const mean = values.map((_, i) => own.reduce((sum, delta) => sum + at(delta, i), 0) / own.length);
  const deviation = values.map((_, i) =>
    Math.sqrt(own.reduce((sum, delta) => sum + (at(delta, i) - (mean[i] as number)) ** 2, 0) / own.length),
  );
  const standIns = Array.from({ length: honest }, (_, i) => own[i % own.length] as Weights);
  const wanted = standInMean(standIns);
  const zero = { specs, values: new Float32Array(values.length) };
  // A step that an optimizer makes of it goes by state that is the same whatever the lie.
  const plain = { ...merge, optimizer: undefined };
  let best = { harm: -1, lie: zero };
  for (const z of STRENGTHS) {
    const lie = { specs, values: mean.map((value, i) => value - z * (deviation[i] as number)) };
    const contributions = [...standIns, ...own.map(() => lie)].map((delta, member) => ({ member, weight: 1, delta }));
    // What the rule may draw by chance is settled after submissions are closed; any seed stands for it.
    const merged = mergeModel(zero, contributions, plain, { f: round.f, seed: `0x${"0".repeat(64)}` });
    const harm = merged.values.reduce((sum, value, i) => sum + (value - (wanted[i] as number)) ** 2, 0);
    if (harm > best.harm) best = { harm, lie };
  }
  return best.lie;
}

const at = ({ values }: Weights, i: number): number => values[i] as number;

const standInMean = (deltas: readonly Weights[]): Float32Array =>
  (deltas[0] as Weights).values.map((_, i) => deltas.reduce((sum, delta) => sum + at(delta, i), 0) / deltas.length);
