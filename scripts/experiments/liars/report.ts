import { table } from "../../../node/cli/output/table.ts";
import { CONDUCTS } from "./lies.ts";
import type { Trial, TrialResult } from "./run.ts";

/** Means over seeds, in per cent, and what liars cost, in points. */
export interface Summary {
  lie: Trial["lie"];
  merge: Trial["merge"];
  accuracy: number;
  /** Of each seed. */
  accuracies: number[];
  /** Against all seven being honest; absent where there was no such run. */
  lost: number | undefined;
  /** Against the five honest ones by themselves; absent where there was no such run. */
  lostToAbsence: number | undefined;
}

export function summarize(results: readonly TrialResult[]): Summary[] {
  const summaries: Summary[] = [];
  for (const lie of CONDUCTS) {
    for (const merge of ["default", "mean"] as const) {
      const accuracies = results
        .filter((result) => result.lie === lie && result.merge === merge)
        .map((result) => result.accuracy * 100);
      if (accuracies.length === 0) continue;
      const accuracy = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
      const against = (other: Trial["lie"]): number | undefined => {
        const reference = summaries.find((one) => one.lie === other)?.accuracy;
        return reference === undefined ? undefined : reference - accuracy;
      };
      const [lost, lostToAbsence] = [against("none"), against("absent")];
      summaries.push({ lie, merge, accuracy, accuracies, lost, lostToAbsence });
    }
  }
  return summaries;
}

const WORDS = {
  none: "all seven honest",
  absent: "five honest ones alone",
  alie: "two send ALIE",
  sign: "two send flipped ones",
  both: "one sends ALIE, one flipped ones",
};

const points = (lost: number | undefined): string => (lost === undefined ? "" : lost.toFixed(1));

export function summaryTable(summaries: readonly Summary[]): string {
  const rows = summaries.map(({ lie, merge, accuracy, accuracies, lost, lostToAbsence }) => [
    WORDS[lie],
    merge,
    `${accuracy.toFixed(1)} %`,
    lie === "none" ? "" : points(lost),
    lie === "none" || lie === "absent" ? "" : points(lostToAbsence),
    accuracies.map((value) => value.toFixed(1)).join(", "),
  ]);
  return table(["", "merge", "accuracy", "points below all seven", "points below the five", "each seed"], rows);
}
