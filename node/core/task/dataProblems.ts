import { type ColumnData, hasColumns, MAX_INPUT_VALUES, type TensorData } from "./dataSchema.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";
import { statisticsProblems } from "./statisticsProblems.ts";
import { featureNames } from "./tensors.ts";

/** What is wrong with a document's data section, and with what else depends on its classes. */
export function dataProblems(doc: TaskDocument): Problem[] {
  const { data, training } = doc;
  const { classes } = data.label;
  const problems = hasColumns(data) ? columnProblems(data, featureNames(doc)) : tensorProblems(data);
  const again = firstRepeat(classes);
  if (again >= 0)
    problems.push({ path: ["data", "label", "classes", again], message: `"${classes[again]}" is named twice` });
  problems.push(...statisticsProblems(doc, featureNames(doc).length));
  const { classWeights, split, validationSplit } = training;
  if (Array.isArray(classWeights) && classWeights.length !== classes.length) {
    const message = `has ${classWeights.length} weights for ${classes.length} classes`;
    problems.push({ path: ["training", "classWeights"], message });
  } else if (Array.isArray(classWeights) && classWeights.every((weight) => weight === 0)) {
    problems.push({ path: ["training", "classWeights"], message: "is 0 for every class: nothing would be learned" });
  }
  if (split !== undefined && validationSplit === 0) {
    const message =
      "says how to choose rows for validation, but training.validationSplit is 0: set it, or leave split away";
    problems.push({ path: ["training", "split"], message });
  }
  return problems;
}

function columnProblems({ label, normalize, inputShape }: ColumnData, features: readonly string[]): Problem[] {
  const problems: Problem[] = [];
  const twice = firstRepeat(features);
  if (twice >= 0) problems.push({ path: ["data", "features", twice], message: `"${features[twice]}" is named twice` });
  if (features.includes(label.column)) {
    problems.push({
      path: ["data", "label", "column"],
      message: `"${label.column}" is a feature too: the model would be given its answers`,
    });
  }
  const spaced = features.find((name) => name.includes(" "));
  const hint = spaced === undefined ? "" : `: "${spaced}" is one feature; is a comma missing?`;
  if (normalize !== "none" && "mean" in normalize) {
    for (const key of ["mean", "std"] as const) {
      const given = normalize[key];
      if (typeof given === "number" || given.length === features.length) continue;
      problems.push({
        path: ["data", "normalize", key],
        message: `has ${given.length} values for ${features.length} features${hint}`,
      });
    }
  }
  const cells = inputShape?.reduce((product, size) => product * size, 1);
  if (cells !== undefined && cells !== features.length) {
    problems.push({
      path: ["data", "inputShape"],
      message: `[${inputShape}] holds ${cells} values, but there are ${features.length} features`,
    });
  }
  return problems;
}

function tensorProblems(data: TensorData): Problem[] {
  const problems: Problem[] = [];
  const { inputShape, normalize } = data;
  const width = inputShape.reduce((product, size) => product * size, 1);
  if (width > MAX_INPUT_VALUES) {
    const message = `[${inputShape}] holds ${width} values; ${MAX_INPUT_VALUES} is the most`;
    problems.push({ path: ["data", "inputShape"], message });
  }
  const channels = inputShape.at(-1) ?? 1;
  if (normalize !== "none") {
    for (const key of ["mean", "std"] as const) {
      const given = normalize[key];
      if (typeof given === "number" || given.length === width || given.length === channels) continue;
      const message = `has ${given.length} values; allowed are one, ${channels} (one per channel, the last axis) or ${width} (one per value)`;
      problems.push({ path: ["data", "normalize", key], message });
    }
  }
  if (data.format === "images") {
    const { file, image, column } = data.label;
    const given = [file, image, column].filter((name) => name !== undefined).length;
    if (given !== 0 && given !== 3) {
      const message =
        "needs file, image and column together: the CSV, its column of file names and its column of classes; leave all three away for a folder per class";
      problems.push({ path: ["data", "label"], message });
    }
  }
  return problems;
}

/** Index of the first value that stands further up already, or -1. */
export function firstRepeat(values: readonly string[]): number {
  const seen = new Set<string>();
  return values.findIndex((value) => seen.size === seen.add(value).size);
}
