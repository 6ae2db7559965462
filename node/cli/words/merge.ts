import type { MergeConfig, StepConfig } from "../../core/merge/rule.ts";

/** A task's way of merging on one line: `arc, then nearestNeighbourMixing, then trimmedMean (trim 1), then momentum (learningRate 1, momentum 0.9)`. */
export function mergeWords({ before = [], rule, optimizer, ...settings }: MergeConfig): string {
  const words = [...before.map(stepWords), withSettings(rule, settings)];
  if (optimizer !== undefined) {
    const { type, ...chosen } = optimizer;
    words.push(withSettings(type, chosen));
  }
  return words.join(", then ");
}

const stepWords = (step: StepConfig): string => (typeof step === "string" ? step : `${step.step} (size ${step.size})`);

function withSettings(name: string, settings: object): string {
  const given = Object.entries(settings).flatMap(([key, value]) => (value === undefined ? [] : [`${key} ${value}`]));
  return given.length === 0 ? name : `${name} (${given.join(", ")})`;
}
