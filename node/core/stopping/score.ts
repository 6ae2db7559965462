import { NO_EVALUATION } from "../ledger/events.ts";

/** Evaluations on the ledger are whole parts of this. */
export const SCORE_PARTS = 10_000;

/**
 * The swarm's score of a model: the mean of the evaluations in the votes that made it final, without the f lowest and the f highest (a trimmed mean),
 * so that f liars among them move it no further than honest evaluations go. Whole numbers throughout: the same at every node and in every audit.
 * A vote without an evaluation counts as 0, since a liar may leave it out.
 * @param votes those for the model, up to the one that made it final: more than 2f
 * @returns 0 to 10,000 parts, rounded down; undefined where more than f votes have no evaluation, so that honest members have none
 */
export function swarmScore(votes: readonly { evaluation: number }[], f: number): number | undefined {
  const values = votes.map(({ evaluation }) => (evaluation === NO_EVALUATION ? 0 : evaluation));
  const without = votes.filter(({ evaluation }) => evaluation === NO_EVALUATION).length;
  if (without > f) return undefined;
  const kept = values.toSorted((a, b) => a - b).slice(f, values.length - f);
  if (kept.length === 0) return undefined;
  return Math.floor(kept.reduce((sum, value) => sum + value, 0) / kept.length);
}
