import { totalElements } from "../safetensorsHeader.ts";
import type { Weights } from "../weights.ts";
import { isStatistic, STATISTICS_ROUND } from "./tensors.ts";

/** Means of values between 0 and 1 differ by no more. */
const LARGEST_CHANGE = 1;

/** Whether a tensor may change in a round, of a task that agrees on statistics. */
const mayChange = (name: string, round: number): boolean =>
  isStatistic({ name, shape: [] }) === (round === STATISTICS_ROUND);

/**
 * R4, of tasks that agree on statistics: an update of round 1 is 0 but for the statistics, and there within what means can be; a later one is 0 in the
 * statistics. Other tasks' updates have nothing to look at.
 * @returns what is wrong with a delta, in words; undefined where nothing is
 */
export function statisticsProblem({ specs, values }: Weights, round: number): string | undefined {
  if (!specs.some(isStatistic)) return undefined;
  let start = 0;
  for (const spec of specs) {
    const end = start + totalElements([spec]);
    const most = !mayChange(spec.name, round) ? 0 : isStatistic(spec) ? LARGEST_CHANGE : Number.POSITIVE_INFINITY;
    for (let i = start; i < end; i++) {
      if (Math.abs(values[i] as number) <= most) continue;
      return most === 0
        ? `Tensor ${spec.name} changes in round ${round}: statistics change in round ${STATISTICS_ROUND} and nothing else does, and later it is the other way round.`
        : `Tensor ${spec.name} changes by ${values[i]} at element ${i - start}; the mean of values from 0 to 1 cannot.`;
    }
    start = end;
  }
  return undefined;
}

/** What of a training counts in a round: the trained values where they may change, those of the base elsewhere. @returns `trained` itself in tasks without statistics */
export function allowedChange(trained: Weights, base: Weights, round: number): Weights {
  if (!base.specs.some(isStatistic)) return trained;
  const values = base.values.slice();
  let start = 0;
  for (const spec of base.specs) {
    const end = start + totalElements([spec]);
    if (mayChange(spec.name, round)) values.set(trained.values.subarray(start, end), start);
    start = end;
  }
  return { specs: base.specs, values };
}
