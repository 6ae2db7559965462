import { existsSync } from "node:fs";
import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { counted } from "../../core/units.ts";
import { checkData } from "../dataFile.ts";
import type { Home } from "../home.ts";
import { type Finding, good, missing, withFix } from "./check.ts";

/** Whether the rows that the settings name are there. @param isHeld whether `checkFit` says more */
export function checkRows({ nodeFile }: Home, data: string | undefined, isHeld: boolean): Finding {
  const name = "rows";
  if (data !== undefined && existsSync(data)) {
    const later = "; held against a task when one is joined, or by swarm data check";
    return good(name, `${data} exists${isHeld ? "" : later}`);
  }
  const text = data === undefined ? "node.yaml names none" : `there is nothing at ${data}`;
  return withFix(missing(name, text, { data }), `name the clinic's rows as data in ${nodeFile}`);
}

/** Whether the rows are what a task trains on, read as joining reads them; undefined where none are there, which `checkRows` says. */
export async function checkFit(
  document: TaskDocument,
  data: string | undefined,
  signal: AbortSignal,
): Promise<Finding | undefined> {
  if (data === undefined || !existsSync(data)) return undefined;
  const name = "rows for task";
  try {
    const { rows, training } = await checkData(document, data, signal);
    const text = `${counted(rows, "row")} fit ${document.name}, ${training} to train on`;
    return good(name, text, { task: document.name, rows, training });
  } catch (error) {
    if (!(error instanceof SwarmError) || signal.aborted) throw error;
    const found = missing(name, `${data} does not fit ${document.name}`, { task: document.name, code: error.code });
    return withFix(found, error.message);
  }
}
