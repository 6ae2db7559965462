import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./place.mjs";

/** Where `npm run setup:python` puts its environment. */
export const pythonFolder = join(root, ".swarm", "python");
export const pythonIn = (folder: string): string =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

const IMPORT_TIMEOUT_MS = 120_000;

/**
 * A Python that can import these modules: the one that the variable PYTHON names, else that of `npm run setup:python`.
 * @returns its file, or why there is none, for a test that is skipped to say
 */
export function findPython(...modules: string[]): { python: string } | { lacking: string } {
  const python = process.env["PYTHON"] ?? pythonIn(pythonFolder);
  if (process.env["PYTHON"] === undefined && !existsSync(python))
    return { lacking: `no Python with ${modules.join(", ")}: run "npm run setup:python", or name one with PYTHON` };
  const { status } = spawnSync(python, ["-c", `import ${modules.join(", ")}`], { timeout: IMPORT_TIMEOUT_MS });
  return status === 0 ? { python } : { lacking: `${python} cannot import ${modules.join(", ")}` };
}
