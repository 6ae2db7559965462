import type { TaskDocument } from "../../core/task/schema.ts";

/**
 * What a row's loss is multiplied with, by class. "balanced" is by the rows that a node trains on: rows / (classes there x rows of the class), so that
 * the classes that are there weigh the same and a row weighs 1 on average (King and Zeng 2001; what scikit-learn calls balanced).
 * @returns undefined where the task has none: all count as 1
 */
export function classWeights(document: TaskDocument, labels: Int32Array): Float64Array | undefined {
  const given = document.training.classWeights;
  if (given === undefined) return undefined;
  if (given !== "balanced") return Float64Array.from(given);
  const counts = new Float64Array(document.data.label.classes.length);
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  const present = counts.reduce((sum, count) => sum + (count > 0 ? 1 : 0), 0);
  return counts.map((count) => (count === 0 ? 1 : labels.length / (present * count)));
}
