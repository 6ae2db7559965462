import { lackOf } from "../merge/lack.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";

/** What keeps a task's rule from merging minPeers updates, the fewest that a merge can have, with f faulty ones among them. */
export function mergeProblems({ merge, round }: TaskDocument): Problem[] {
  const { f, minPeers } = round;
  const problems: Problem[] = [];
  const { trim } = merge;
  if (trim !== undefined && 2 * trim >= minPeers) {
    problems.push({
      path: ["merge", "trim"],
      message: `is ${trim}: 2*trim must be below round.minPeers = ${minPeers}, or nothing is left`,
    });
  }
  if (trim !== undefined && trim < f) {
    problems.push({
      path: ["merge", "trim"],
      message: `is ${trim}, must be at least round.f = ${f}, or faulty values get through`,
    });
  }
  if (problems.length > 0) return problems;
  const lack = lackOf(merge, minPeers, f);
  if (lack === undefined) return [];
  return [{ path: ["merge", ...lack.path], message: `does not go with round.minPeers = ${minPeers}: ${lack.message}` }];
}
