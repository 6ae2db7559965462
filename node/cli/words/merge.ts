import type { MergeConfig, StepConfig } from "../../core/merge/rule.ts";

/** A task's way of merging on one line: `arc, then nearestNeighbourMixing, then trimmedMean (trim 1)`. */
export function mergeWords({ before = [], rule, ...settings }: MergeConfig): string {
  const given = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  return [...before.map(stepWords), given.length === 0 ? rule : `${rule} (${given.join(", ")})`].join(", then ");
}

const stepWords = (step: StepConfig): string => (typeof step === "string" ? step : `${step.step} (size ${step.size})`);
