import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { root } from "./place.mjs";

/** Where `npm run setup:python` puts its environment. */
export const pythonFolder = join(root, ".swarm", "python");
export const pythonIn = (folder: string): string =>
  process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

const LOOK_TIMEOUT_MS = 120_000;

/**
 * A Python that has these modules: the one that the variable PYTHON names, else that of `npm run setup:python`.
 * @returns its file, or why there is none, for a test that is skipped to say
 */
export function findPython(...modules: string[]): { python: string } | { lacking: string } {
  const python = process.env["PYTHON"] ?? pythonIn(pythonFolder);
  if (process.env["PYTHON"] === undefined && !existsSync(python))
    return { lacking: `no Python with ${modules.join(", ")}: run "npm run setup:python", or name one with PYTHON` };
  // Only whether they are installed: to import them takes seconds.
  const look = `import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))`;
  const { status } = spawnSync(python, ["-c", look, ...modules], { timeout: LOOK_TIMEOUT_MS });
  return status === 0 ? { python } : { lacking: `${python} lacks ${modules.join(" or ")}` };
}
