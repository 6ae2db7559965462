import { resolve } from "node:path";
import { findPython } from "../../../scripts/setup/pythonPlace.ts";

const examples = resolve(import.meta.dirname, "../../../examples");
export const example = (path: string): string => resolve(examples, path);

/** A Python example as a command, or the reason for skipping what needs it. */
export function pythonTrainer(
  script: string,
  ...modules: string[]
): { command: string; skip: false } | { skip: string } {
  const found = findPython(...modules);
  if ("lacking" in found) return { skip: found.lacking };
  return { command: `"${found.python}" "${example(`trainers/${script}`)}"`, skip: false };
}
