import { SwarmError } from "../../node/core/errors.ts";
import { defaultMerge } from "../../node/core/merge/defaultMerge.ts";
import { lackOf } from "../../node/core/merge/lack.ts";
import type { MergeConfig, StepConfig } from "../../node/core/merge/rule.ts";

/** What a table has when no rules are named. */
export const usualRules = [
  "mean",
  "clipMedianNorm+mean",
  "median",
  "trimmedMean",
  "geometricMedian",
  "multiKrum",
  "nearestNeighbourMixing+trimmedMean",
  "default",
];

/**
 * The merge that a name stands for: steps and rule as tasks call them, with + between, or `default` for what a task with this f gets.
 * @throws SwarmError USAGE_INVALID
 */
export function mergeNamed(name: string, f: number, n: number): MergeConfig {
  const config = name === "default" ? defaultMerge(f) : configOf(name.split("+"), f);
  try {
    const lack = lackOf(config, n, f);
    if (lack === undefined) return config;
    throw new SwarmError(lack.code, lack.message);
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    throw new SwarmError("USAGE_INVALID", `--rules ${name}: ${error.message}`, { n, f }, error);
  }
}

function configOf(words: string[], f: number): MergeConfig {
  const rule = words.at(-1) as MergeConfig["rule"];
  const before = words
    .slice(0, -1)
    .map((step): StepConfig => (step === "bucketing" ? { step, size: 2 } : (step as StepConfig)));
  return {
    before,
    rule,
    ...(rule === "trimmedMean" ? { trim: f } : {}),
    ...(rule === "geometricMedian" ? { steps: 32 } : {}),
  };
}
