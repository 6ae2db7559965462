import type { StoppingRule } from "../../core/stopping/progress.ts";
import { SCORE_PARTS } from "../../core/stopping/score.ts";
import { counted } from "../output/units.ts";

/** Why a task stopped early: `no improvement for 5 rounds, best round 12`. */
export const stoppedWords = ({ best, stale }: { best: number; stale: number }): string =>
  `no improvement for ${counted(stale, "round")}, best round ${best}`;

/** When a task will stop early. */
export const stoppingRuleWords = ({ patience, minImprovement }: StoppingRule): string =>
  `after ${counted(patience, "final round")} in a row without a score that is at least ${minImprovement} above the best one`;

/** A score in parts as people read it: `0.9312`. */
export const scoreText = (score: number): string => (score / SCORE_PARTS).toFixed(4);

/** How a task ended that went on to its last round. */
export const allFinal = (rounds: number): string =>
  rounds === 1 ? "the task's only round is final" : `all ${rounds} rounds are final`;
