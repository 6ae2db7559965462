import { list } from "../output/units.ts";
import { membersWords } from "./members.ts";
import type { Comparison, ModeResult, Point } from "./results.ts";
import { percent } from "../words/evaluation.ts";

/** What a reader of table and plots has to know, in sentences. */
export function explanations(comparison: Comparison): string[] {
  const { results, mostFrequent, members } = comparison;
  const merging = results.flatMap(({ mode }) => (mode === "swarm" || mode === "federated" ? [mode] : [])).toReversed();
  return [
    `always the most frequent class (${mostFrequent.class}): ${percent(mostFrequent.share)}`,
    ...results.flatMap((result) => localWords(result) ?? []),
    ...(merging.length > 0 ? [membersWords(members, merging)] : []),
    ...sameLines(results).map((modes) => `${list(modes)}: the same figures on the hold-out after every round`),
    ...(results.some(({ payload }) => payload !== undefined)
      ? [
          `payload: what a client sends in messages and files alone, without encryption, signs of life and look-ups; arithmetic: computed from the model's shapes, measured: counted in this run${results.some(({ outage }) => outage !== undefined) ? ", of a process that was killed since its new start" : ""}`,
        ]
      : []),
  ];
}

function localWords({ each = [] }: ModeResult): string | undefined {
  const accuracies = each.map(({ accuracy }) => accuracy);
  if (accuracies.length === 0) return undefined;
  const [least, most] = [Math.min(...accuracies), Math.max(...accuracies)];
  return `local: the mean over ${accuracies.length} clients, each with a model of its own; their accuracies are ${percent(least)} to ${percent(most)}`;
}

/** Nearer than this, lines cannot be told apart in a plot. Share of 1. */
const LINE = 0.001;

/** Modes whose figures are the same after every round, so that one line lies under the other. */
export function sameLines(results: readonly ModeResult[]): string[][] {
  const groups: ModeResult[][] = [];
  for (const result of results) {
    const group = groups.find(([first]) => first !== undefined && isSame(first.points, result.points));
    if (group === undefined) groups.push([result]);
    else group.push(result);
  }
  return groups.filter(({ length }) => length > 1).map((group) => group.map(({ mode }) => mode));
}

const isSame = (a: readonly Point[], b: readonly Point[]): boolean =>
  a.length === b.length &&
  a.every(({ passes, accuracy, auc = 0 }, i) => {
    const other = b[i];
    return (
      other?.passes === passes && Math.abs(other.accuracy - accuracy) < LINE && Math.abs((other.auc ?? 0) - auc) < LINE
    );
  });
