import { readData } from "../adapters/data/readData.ts";
import { splitRows } from "../adapters/data/split.ts";
import { type Finding, findingsOf } from "../core/data/findings.ts";
import { type DataProfile, profileOf } from "../core/data/profile.ts";
import type { TaskDocument } from "../core/task/document.ts";

/** What a clinic's rows are like, and what of that stops or hurts training. */
export interface Examined {
  profile: DataProfile;
  split: ReturnType<typeof splitRows>;
  findings: Finding[];
}

/** Reads all rows, as the task describes them, with what is missing still missing. @throws SwarmError CSV_* and DATA_* */
export async function examineData(document: TaskDocument, path: string, signal: AbortSignal): Promise<Examined> {
  const rows = await readData(leavingMissing(document), path, { signal });
  const { validationSplit, seed, split: how } = document.training;
  const split = splitRows(rows, validationSplit, seed, how);
  const profile = profileOf(rows, document.data.label.classes.length);
  return { profile, split, findings: findingsOf(document, profile, split.training.rows) };
}

/** A line for people. */
export const findingWords = ({ severity, code, text }: Finding): string => `${severity} (${code}): ${text}.`;

/** The same task, but what is missing is read as missing: here it is counted. */
function leavingMissing(document: TaskDocument): TaskDocument {
  const { data } = document;
  return "missing" in data ? { ...document, data: { ...data, missing: "mean" } } : document;
}
