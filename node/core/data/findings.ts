import { hasColumns } from "../task/dataSchema.ts";
import type { TaskDocument } from "../task/schema.ts";
import { featureNames } from "../task/tensors.ts";
import { counted, list } from "../units.ts";
import type { DataProfile, FeatureProfile } from "./profile.ts";

/** What will stop or hurt training. */
export interface Finding {
  /** "error": training refuses these rows; "warning": it runs, and will be the worse for it. */
  severity: "error" | "warning";
  code: string;
  /** What it is and what to do, without a value of any row. */
  text: string;
  /** Names of the features that it is about. */
  features?: string[];
}

/** The smallest class of a tenth or less of the largest one is said to be small. */
const IMBALANCE = 10;
/** Spread and distance from 0 beyond which features are said not to be normalized. */
const LARGE = 10;
/** Most names in one sentence. */
const LISTED = 8;

/**
 * @param profile of the rows after the task's normalization, with what is missing still missing
 * @param training how many rows are left to train on
 */
export function findingsOf(document: TaskDocument, profile: DataProfile, training: number): Finding[] {
  const { data, privacy } = document;
  const found: Finding[] = [];
  if (training < privacy.minRecords) {
    const text = `${counted(training, "row")} to train on, the task asks for ${privacy.minRecords}: an update from fewer can give records away. Add rows`;
    found.push({ severity: "error", code: "too-few-records", text });
  }
  found.push(...classFindings(data.label.classes, profile, document.training.classWeights !== undefined));
  found.push(...missingFindings(document, profile));
  if (profile.duplicates > 0) {
    const text = `${counted(profile.duplicates, "row")} equal to an earlier one: they weigh more than others, and may be in training and validation at once. Remove them, or set training.split to by: content in the task`;
    found.push({ severity: "warning", code: "duplicates", text });
  }
  return [...found, ...(hasColumns(data) ? columnFindings(document, profile) : tensorFindings(profile))];
}

function classFindings(classes: readonly string[], { classes: counts }: DataProfile, weighted: boolean): Finding[] {
  const found: Finding[] = [];
  const absent = classes.filter((_, index) => counts[index] === 0);
  if (absent.length > 0) {
    const text = `no row of class ${names(absent)}: the model learns nothing about it here, and forgets what others know of it. Many local epochs make that worse; data.label.classes is the place to look if the name is spelled otherwise`;
    found.push({ severity: "warning", code: "class-missing", text });
  }
  const present = counts.filter((count) => count > 0);
  const [least, most] = [Math.min(...present), Math.max(...present)];
  if (!weighted && present.length > 1 && least * IMBALANCE <= most) {
    const text = `the smallest class has ${counted(least, "row")}, the largest ${most}: accuracy hides what happens to the small one. Look at each class, or set training.classWeights: balanced in the task`;
    found.push({ severity: "warning", code: "imbalance", text });
  }
  return found;
}

function missingFindings(document: TaskDocument, profile: DataProfile): Finding[] {
  const { data } = document;
  const missing = "missing" in data ? data.missing : "refuse";
  if (profile.incomplete === 0) return [];
  const empty = where(document, profile, (feature) => feature.missing === profile.rows);
  const some = where(document, profile, (feature) => feature.missing > 0);
  const share = `${counted(profile.incomplete, "row")} of ${profile.rows} have missing values (${names(some)})`;
  if (missing === "refuse") {
    const text = `${share}: fill them in, or set data.missing to "mean" or a number in the task`;
    return [{ severity: "error", code: "missing-values", text, features: some }];
  }
  if (missing === "mean" && empty.length > 0) {
    const text = `${names(empty)} without any value: no mean can stand in. Set data.missing to a number, or leave the feature away`;
    return [{ severity: "error", code: "feature-without-values", text, features: empty }];
  }
  return [
    {
      severity: "warning",
      code: "missing-values",
      text: `${share}: ${missing === "mean" ? "means of this clinic stand in" : `${missing} stands in`}`,
      features: some,
    },
  ];
}

function columnFindings(document: TaskDocument, profile: DataProfile): Finding[] {
  const found: Finding[] = [];
  const add = (code: string, test: (feature: FeatureProfile) => boolean, text: (features: string) => string): void => {
    const features = where(document, profile, test);
    if (features.length > 0) found.push({ severity: "warning", code, text: text(names(features)), features });
  };
  add(
    "constant",
    ({ min, max }) => min === max,
    (which) => `${which} the same in all rows: nothing can be learned from it here`,
  );
  add(
    "not-normalized",
    ({ min, max, mean, std }) => min !== max && (Math.abs(mean) > LARGE || std > LARGE),
    (which) =>
      `${which} far from 0 or spread widely: training may be slow or diverge. Set data.normalize in the task to means and standard deviations that all clinics agree on`,
  );
  add(
    "equals-label",
    ({ label }) => label === "equal",
    (which) =>
      `${which} has one value for each class: it looks like the label itself. A model that is given its answers learns nothing else`,
  );
  add(
    "separates-label",
    ({ label }) => label === "separable",
    (which) => `${which} alone tells the classes apart without an error: is it known only after the diagnosis?`,
  );
  return found;
}

function tensorFindings({ features }: DataProfile): Finding[] {
  const seen = features.filter(({ min }) => !Number.isNaN(min));
  const [min, max] = [
    seen.reduce((least, one) => Math.min(least, one.min), Infinity),
    seen.reduce((most, one) => Math.max(most, one.max), -Infinity),
  ];
  if (min === max)
    return [
      { severity: "warning", code: "constant", text: "all values are the same: nothing can be learned from them" },
    ];
  if (Math.max(Math.abs(min), Math.abs(max)) <= LARGE) return [];
  const text = `values run from ${min} to ${max}: training may be slow or diverge. Set data.normalize in the task, such as { mean: 0, std: 255 } for bytes`;
  return [{ severity: "warning", code: "not-normalized", text }];
}

/** Names of the features that a test holds for; a tensor's are numbered. */
function where(
  document: TaskDocument,
  { features }: DataProfile,
  test: (feature: FeatureProfile) => boolean,
): string[] {
  const all = featureNames(document);
  return features.flatMap((feature, i) => (test(feature) ? [all[i] ?? `value ${i}`] : []));
}

function names(all: readonly string[]): string {
  const shown = all.slice(0, LISTED).map((name) => `"${name}"`);
  return list(all.length > LISTED ? [...shown, `${all.length - LISTED} more`] : shown);
}
