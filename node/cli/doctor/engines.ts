import { measureEngine } from "../../adapters/tfjs/measureEngine.ts";
import { nativeProblem } from "../../adapters/tfjs/native/folder.ts";
import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { ENGINE_NAMES, type EngineName } from "../../ports/learner.ts";
import { type Finding, good, lacking, missing } from "./check.ts";

/** Which training engines work here, and how fast each one trains the task's model. The one of WebAssembly is needed, the native one is not. */
export async function checkEngines(document: TaskDocument, signal: AbortSignal): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const name of ENGINE_NAMES) findings.push(await checkEngine(name, document, signal));
  return findings;
}

async function checkEngine(name: EngineName, document: TaskDocument, signal: AbortSignal): Promise<Finding> {
  const title = `training engine ${name}`;
  const problem = name === "native" ? nativeProblem() : undefined;
  if (problem !== undefined) return lacking(title, problem);
  try {
    const { engine, ms } = await measureEngine(document, name, { signal });
    const text = `${engine}: ${ms.toFixed(2)} ms for a step of ${document.name}, ${document.training.batchSize} rows`;
    return good(title, text, { engine, ms, task: document.name, rows: document.training.batchSize });
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    if (error.code === "TASK_NO_LAYERS") return lacking(title, error.message);
    return (name === "native" ? lacking : missing)(title, error.message, { code: error.code });
  }
}
