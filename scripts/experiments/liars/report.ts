import { table } from "../../../node/cli/output/table.ts";
import { LIES } from "./lies.ts";
import type { Trial, TrialResult } from "./run.ts";

/** Means over seeds, in per cent, and what liars cost against nobody lying, in points. */
export interface Summary {
  lie: Trial["lie"];
  merge: Trial["merge"];
  accuracy: number;
  /** Of each seed. */
  accuracies: number[];
  /** Absent where there was no run without liars. */
  lost: number | undefined;
}

export function summarize(results: readonly TrialResult[]): Summary[] {
  const summaries: Summary[] = [];
  for (const lie of ["none", ...LIES] as const) {
    for (const merge of ["default", "mean"] as const) {
      const accuracies = results
        .filter((result) => result.lie === lie && result.merge === merge)
        .map((result) => result.accuracy * 100);
      if (accuracies.length === 0) continue;
      const accuracy = accuracies.reduce((sum, value) => sum + value, 0) / accuracies.length;
      const honest = summaries.find((one) => one.lie === "none")?.accuracy;
      summaries.push({ lie, merge, accuracy, accuracies, lost: honest === undefined ? undefined : honest - accuracy });
    }
  }
  return summaries;
}

const WORDS = { none: "nobody lies", alie: "two send ALIE", sign: "two send flipped ones" };

export function summaryTable(summaries: readonly Summary[]): string {
  const rows = summaries.map(({ lie, merge, accuracy, accuracies, lost }) => [
    WORDS[lie],
    merge,
    `${accuracy.toFixed(1)} %`,
    lie === "none" || lost === undefined ? "" : lost.toFixed(1),
    accuracies.map((value) => value.toFixed(1)).join(", "),
  ]);
  return table(["", "merge", "accuracy", "points lost", "each seed"], rows);
}
