import { UPDATE_STATES } from "../../../../core/audit/observer.ts";
import { lineChart } from "../../../charts/lineChart.ts";
import { stackedBars } from "../../../charts/stackedBars.ts";
import type { Point } from "../../../charts/thin.ts";
import { type Html, html, trusted } from "../../../html/html.ts";
import { figure } from "../../../html/tableOf.ts";
import type { AttemptData, Spread, TaskData } from "../data.ts";
import { bytesOf, STATE_WORDS } from "./words.ts";

const ROUND = { label: "round", whole: true } as const;

/** Pictures of a task over its final rounds: evaluations where votes carry them, updates, norms, bytes. */
export function plots({ attempts, evaluations }: TaskData): Html | undefined {
  const final = attempts.filter(({ outcome }) => outcome === "final");
  if (final.length === 0) return undefined;
  const spread = (name: string, of: (attempt: AttemptData) => Spread | undefined, scale = 1) =>
    (["low", "median", "high"] as const).map((which) => ({
      name: `${WORDS[which]} ${name}`,
      points: final.map((attempt): Point => [attempt.round, (of(attempt)?.[which] ?? Number.NaN) * scale]),
    }));
  const percentAxis = { label: "accuracy (%)" };
  const score = final.map(({ round, score: parts = Number.NaN }): Point => [round, parts / 100]);
  const accuracy = lineChart({
    title: "Accuracy that members reported",
    x: ROUND,
    y: percentAxis,
    series: [{ name: "the swarm's score", points: score }, ...spread("vote", (attempt) => attempt.evaluations, 0.01)],
  });
  const updates = stackedBars({
    title: "Updates by what became of them",
    x: ROUND,
    y: { label: "updates", whole: true },
    names: UPDATE_STATES.map((state) => STATE_WORDS[state]),
    bars: final.map(({ round, states }) => ({
      label: String(round),
      values: UPDATE_STATES.map((state) => states?.[state] ?? 0),
    })),
  });
  const norms = lineChart({
    title: "Norms of updates",
    x: ROUND,
    y: { label: "Euclidean norm", min: 0 },
    series: spread("norm", (attempt) => attempt.norms),
  });
  const bytes = lineChart({
    title: "Bytes of opened update files",
    x: ROUND,
    y: { label: "bytes", min: 0, format: bytesOf },
    series: [
      { name: "all updates of a round", points: final.map((attempt): Point => [attempt.round, attempt.bytes ?? 0]) },
    ],
  });
  return html`${
    evaluations &&
    figure(
      trusted(accuracy),
      "Each member measures the model on validation rows of its own and says so with its vote, in whole per cents. The swarm's score is their mean without the lowest and the highest that faulty members could have chosen.",
    )
  }
  ${figure(trusted(updates), "Updates that were submitted, with those of aborted attempts, by what the audit found of each. Invalid, missing and unreachable ones are among the findings where they matter.")}
  ${figure(trusted(norms), "How far updates move the model. A norm far above the others' is a reason to ask that member.")}
  ${figure(trusted(bytes), "Size of the update files that members exchanged, opened; each goes to every other member.")}`;
}

const WORDS = { low: "lowest", median: "median", high: "highest" } as const;
