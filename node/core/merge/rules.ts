import { SwarmError } from "../errors.ts";
import { mean } from "./mean.ts";
import { median } from "./median.ts";
import type { MergeConfig, MergeRule } from "./rule.ts";
import { trimmedMean } from "./trimmedMean.ts";

/** @throws SwarmError MERGE_CONFIG for an unknown rule, or a `trim` that is missing, superfluous or no integer of at least 0 */
export function ruleOf({ rule, trim }: MergeConfig): MergeRule {
  if (rule === "trimmedMean") {
    if (trim !== undefined && Number.isSafeInteger(trim) && trim >= 0) return trimmedMean(trim);
    throw new SwarmError("MERGE_CONFIG", `trimmedMean needs trim, an integer of at least 0; it is ${trim}.`, {
      rule,
      trim,
    });
  }
  if (trim !== undefined)
    throw new SwarmError("MERGE_CONFIG", `trim belongs to trimmedMean, not to ${rule}.`, { rule, trim });
  if (rule === "mean") return mean;
  if (rule === "median") return median;
  throw new SwarmError(
    "MERGE_CONFIG",
    `There is no merge rule ${JSON.stringify(rule)}; use mean, median or trimmedMean.`,
    { rule },
  );
}
