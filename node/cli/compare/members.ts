import { isDeepStrictEqual } from "node:util";
import { defaultMerge } from "../../core/merge/defaultMerge.ts";
import type { MergeConfig } from "../../core/merge/rule.ts";
import { mergeProblems } from "../../core/task/mergeProblems.ts";
import { pathText } from "../../core/task/problem.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import { usage } from "../exitCodes.ts";
import { mergeWords } from "../words/merge.ts";

/** How the clients of a comparison merge: as the task says, as far as there are enough of them. */
export interface Members {
  /** How many clients there are. */
  n: number;
  f: number;
  minPeers: number;
  merge: MergeConfig;
}

/**
 * The task's own f and minPeers where n clients allow them, else the largest that they allow; a merge that the task leaves out goes by that f.
 * @param spare whether one client less has to be enough, since one is going to be killed
 * @throws SwarmError USAGE_INVALID where the task's merge takes more clients
 */
export function membersOf(document: TaskDocument, n: number, spare: boolean): Members {
  const { round, merge: given } = document;
  const isDefault = isDeepStrictEqual(given, defaultMerge(round.f));
  let lack = "";
  for (let f = Math.min(round.f, Math.floor((n - 1) / 3)); f >= 0; f--) {
    const least = Math.max(2, 2 * f + 1);
    const minPeers = Math.max(least, Math.min(round.minPeers, n - f, spare ? n - 1 : n));
    const merge = isDefault ? defaultMerge(f) : given;
    const [problem] = mergeProblems({ ...document, merge, round: { ...round, f, minPeers } });
    if (problem === undefined) return { n, f, minPeers, merge };
    lack = `${pathText(problem.path)} ${problem.message}`;
  }
  throw usage(`${n} clients are too few for the way in which the task merges: ${lack}`);
}

/** What differs from the task, if anything does. */
export function membersNote({ round }: TaskDocument, { n, f, minPeers }: Members): string | undefined {
  if (round.f === f && round.minPeers === minPeers) return undefined;
  return `f ${f} and minPeers ${minPeers}, the most that goes with ${n} clients here (the task: f ${round.f}, minPeers ${round.minPeers})`;
}

/** `swarm and federated: f 1, minPeers 3 of 4; merge rule: arc, then trimmedMean (trim 1)`. */
export const membersWords = ({ n, f, minPeers, merge }: Members, modes: readonly string[]): string =>
  `${modes.join(" and ")}: f ${f}, minPeers ${minPeers} of ${n} clients; merge rule: ${mergeWords(merge)}`;
