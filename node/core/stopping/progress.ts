import type { TaskDocument } from "../task/schema.ts";
import { SCORE_PARTS } from "./score.ts";

/** A task's `training.earlyStopping`. */
export type StoppingRule = NonNullable<TaskDocument["training"]["earlyStopping"]>;

/** A final round, by its swarm's score (see `swarmScore`). */
export interface ScoredRound {
  round: number;
  /** 0 to 10,000 parts. */
  score: number;
}

/** How far a task has come on its way to the last improvement. */
export interface Progress {
  /** Rounds that improved on all before them, the last and best one last. */
  bests: readonly ScoredRound[];
  /** Rounds with a score since then. */
  stale: number;
  /** The round after which the task is over; undefined as long as it goes on. */
  stoppedAfter: number | undefined;
}

/**
 * R11: what a history of final rounds comes to. A round improves where its score is at least `minImprovement` above the best one's, and the first one with a
 * score does; `patience` rounds in a row that do not end the task. Rounds without a score count neither way.
 * @param rounds in order; what follows the end changes nothing
 */
export function progressOf(
  { patience, minImprovement }: StoppingRule,
  rounds: Iterable<{ round: number; score?: number | undefined }>,
): Progress {
  const least = Math.round(minImprovement * SCORE_PARTS);
  const bests: ScoredRound[] = [];
  let stale = 0;
  for (const { round, score } of rounds) {
    if (score === undefined) continue;
    const best = bests.at(-1);
    if (best === undefined || score >= best.score + least) {
      bests.push({ round, score });
      stale = 0;
    } else if (++stale >= patience) return { bests, stale, stoppedAfter: round };
  }
  return { bests, stale, stoppedAfter: undefined };
}
