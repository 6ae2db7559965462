import { SwarmError } from "../errors.ts";
import { arc } from "./arc.ts";
import { bucketing } from "./bucketing.ts";
import { clipMedianNorm } from "./clipMedianNorm.ts";
import { nearestNeighbourMixing } from "./nearestNeighbourMixing.ts";
import type { Step, StepConfig } from "./rule.ts";

/** The steps that have no settings. */
const PLAIN = { clipMedianNorm, arc, nearestNeighbourMixing };

export const stepName = (step: StepConfig): string => (typeof step === "string" ? step : step.step);

/** @throws SwarmError MERGE_CONFIG for an unknown step, or a `size` that is no integer of at least 2 */
export function stepOf(step: StepConfig): Step {
  if (typeof step === "string" && Object.hasOwn(PLAIN, step)) return PLAIN[step];
  if (typeof step !== "object" || step.step !== "bucketing") {
    const message = `There is no step ${JSON.stringify(step)} before a merge; use ${Object.keys(PLAIN).join(", ")} or { step: bucketing, size: 2 }.`;
    throw new SwarmError("MERGE_CONFIG", message, { step });
  }
  const { size } = step;
  if (Number.isSafeInteger(size) && size >= 2) return bucketing(size);
  throw new SwarmError("MERGE_CONFIG", `bucketing needs size, an integer of at least 2; it is ${size}.`, { step });
}
