import { SCORE_PARTS } from "../../core/stopping/score.ts";
import { table } from "../output/table.ts";
import type { RoundScore } from "../roundScores.ts";
import { percent } from "./evaluation.ts";
import { scoreText } from "./stopping.ts";

export interface ListedModel extends RoundScore {
  round: number;
  sha256: string;
  /** Whether the file is in this node's folder. */
  here: boolean;
}

/** A task's models with what is known of how good they are; the score that `best` goes by, where there is one, in a column of its own. */
export function modelTable(models: readonly ListedModel[]): string {
  const isScored = models.some(({ score }) => score !== undefined);
  const rows = models.map(({ round, sha256, here, members, score, own }) => [
    round,
    sha256,
    here ? "yes" : "no",
    members === undefined ? "-" : percent(members),
    ...(isScored ? [score === undefined ? "-" : scoreText(score * SCORE_PARTS)] : []),
    own === undefined ? "-" : `${percent(own.accuracy)}, loss ${own.loss.toFixed(4)}`,
  ]);
  const head = ["ROUND", "SHA256", "HERE", "MEMBERS SAY", ...(isScored ? ["SCORE"] : []), "ON OWN VALIDATION ROWS"];
  return table(head, rows);
}
