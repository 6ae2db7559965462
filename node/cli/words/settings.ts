import { boundsOf } from "../../core/statistics/tensors.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { mergeWords } from "./merge.ts";
import { stoppingRuleWords } from "./stopping.ts";
import { learningRateWords, localWorkWords } from "./training.ts";

/** What a task's document says of training and merging, defaults filled in: names and words, for a list of facts. */
export function settingFacts(document: TaskDocument): [string, string][] {
  const { merge, training } = document;
  const { classWeights, earlyStopping } = training;
  // Split learning has neither rounds of local work nor a merge.
  const isSplit = document.mode === "split";
  const facts: [string, string | undefined][] = [
    ["inputs", boundsOf(document) && "normalized by statistics that members publish and merge in round 1"],
    ["local work", isSplit ? undefined : localWorkWords(training)],
    ["class weights", classWeights && classWeightWords(classWeights, document.data.label.classes)],
    ["optimizer", learningRateWords(document)],
    ["stops early", earlyStopping && stoppingRuleWords(earlyStopping)],
    ["merge rule", isSplit ? undefined : mergeWords(merge)],
  ];
  return facts.flatMap(([name, words]): [string, string][] => (words === undefined ? [] : [[name, words]]));
}

function classWeightWords(
  weights: NonNullable<TaskDocument["training"]["classWeights"]>,
  classes: readonly string[],
): string {
  if (weights === "balanced") return "balanced, by each node's own rows";
  return classes.map((name, i) => `${name}: ${weights[i] ?? 1}`).join(", ");
}
