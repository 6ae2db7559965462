import { boundsOf } from "../statistics/tensors.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";

/** What keeps a task's members from agreeing on the statistics that its inputs are normalized by. @param features how many */
export function statisticsProblems(doc: TaskDocument, features: number): Problem[] {
  const bounds = boundsOf(doc);
  if (bounds === undefined) return [];
  const path = ["data", "normalize", "agreed"];
  const problems: Problem[] = [];
  for (const key of ["low", "high"] as const) {
    const given = bounds[key];
    if (typeof given === "number" || given.length === features) continue;
    problems.push({ path: [...path, key], message: `has ${given.length} values for ${features} features` });
  }
  if (problems.length > 0) return problems;
  const at = (value: number | number[], i: number) => (typeof value === "number" ? value : (value[i] as number));
  const narrow = Array.from({ length: features }, (_, i) => i).find((i) => !(at(bounds.high, i) > at(bounds.low, i)));
  if (narrow !== undefined) {
    const message = `is ${at(bounds.high, narrow)} for feature ${narrow + 1}, must be more than its low = ${at(bounds.low, narrow)}`;
    problems.push({ path: [...path, "high"], message });
  }
  return [...problems, ...otherProblems(doc, path, features)];
}

function otherProblems(doc: TaskDocument, path: Problem["path"], features: number): Problem[] {
  const problems: Problem[] = [];
  const { model, merge, round, limits, privacy } = doc;
  if ("tensors" in model) {
    const message = "is for models of layers: the trainer of a task that lists tensors normalizes its inputs itself";
    problems.push({ path, message });
  }
  if (merge.optimizer !== undefined) {
    const message = `goes on moving in later rounds what data.normalize.agreed fixes in round 1: leave one of them out`;
    problems.push({ path: ["merge", "optimizer"], message });
  }
  if (round.rounds < 2) {
    const message = "is 1, must be at least 2: data.normalize.agreed takes the first";
    problems.push({ path: ["round", "rounds"], message });
  }
  // Each of the two means of a feature can move by 1.
  const largest = Math.sqrt(2 * features);
  const { clipNorm = limits.maxUpdateNorm } = privacy;
  if (clipNorm < largest) {
    const at = privacy.clipNorm === undefined ? ["limits", "maxUpdateNorm"] : ["privacy", "clipNorm"];
    const message = `is ${clipNorm}, must be at least ${Math.ceil(largest * 1000) / 1000}: what data.normalize.agreed publishes of ${features} features can be as large, and clipped statistics are wrong ones`;
    problems.push({ path: at, message });
  }
  return problems;
}
