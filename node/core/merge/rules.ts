import { SwarmError } from "../errors.ts";
import { capThousandths } from "./cap.ts";
import { geometricMedian } from "./geometricMedian.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import { multiKrum } from "./multiKrum.ts";
import type { MergeConfig, MergeRule } from "./rule.ts";
import { trimmedMean } from "./trimmedMean.ts";

/** Settings of rules, and the one rule that each belongs to. */
const SETTINGS = { trim: "trimmedMean", cap: "mean", steps: "geometricMedian" } as const;

/** @throws SwarmError MERGE_CONFIG for an unknown rule, or a setting that is missing, superfluous or out of its range */
export function ruleOf(config: MergeConfig): MergeRule {
  const { rule, trim, cap, steps } = config;
  const wrong = (message: string) => new SwarmError("MERGE_CONFIG", message, { ...config });
  for (const [setting, owner] of Object.entries(SETTINGS) as [keyof typeof SETTINGS, string][]) {
    if (config[setting] !== undefined && rule !== owner) throw wrong(`${setting} belongs to ${owner}, not to ${rule}.`);
  }
  switch (rule) {
    case "mean":
      if (cap === undefined || capThousandths(cap) !== undefined) return mean(cap);
      throw wrong(`cap is a share from 0.001 to 1 with three decimals at the most; it is ${cap}.`);
    case "median":
      return median;
    case "trimmedMean":
      if (isWhole(trim, 0)) return trimmedMean(trim);
      throw wrong(`trimmedMean needs trim, an integer of at least 0; it is ${trim}.`);
    case "geometricMedian":
      if (isWhole(steps, 1)) return geometricMedian(steps);
      throw wrong(`geometricMedian needs steps, an integer of at least 1; it is ${steps}.`);
    case "multiKrum":
      return multiKrum;
    default:
      throw wrong(
        `There is no merge rule ${JSON.stringify(rule)}; use mean, median, trimmedMean, geometricMedian or multiKrum.`,
      );
  }
}

function isWhole(value: number | undefined, least: number): value is number {
  return value !== undefined && Number.isSafeInteger(value) && value >= least;
}
