/**
 * `npm run setup:python`: makes a Python environment with numpy, scikit-learn and PyTorch, for the tests, examples and benches that use them, and
 * prints where it is. Takes python3, or what the variable PYTHON names: 3.11 or newer.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pythonFolder, pythonIn } from "./pythonPlace.ts";

/** Exact versions: results of training differ between them. A build of these for processors only (`+cpu`) counts as the same version. */
const PACKAGES = ["numpy==2.4.6", "scikit-learn==1.9.1", "torch==2.15.0"];
const mark = join(pythonFolder, "ready");

function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  const why = error?.message ?? `it ended with ${status}; what it said is above`;
  throw new Error(`${program} ${args.join(" ")}: ${why}`);
}

function install(): void {
  rmSync(pythonFolder, { recursive: true, force: true });
  mkdirSync(dirname(pythonFolder), { recursive: true });
  if (process.platform === "linux")
    process.stderr.write(
      "setup:python: PyTorch as PyPI has it for Linux brings libraries for graphics cards, some gigabytes. To do without, name an index that has builds for processors only with PIP_EXTRA_INDEX_URL\n",
    );
  run(process.env["PYTHON"] ?? "python3", ["-m", "venv", pythonFolder]);
  const python = pythonIn(pythonFolder);
  run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES]);
  run(python, ["-c", "import numpy, sklearn, torch"]);
  // Last of all, whole or not at all: without it everything is made again.
  writeFileSync(`${mark}.part`, PACKAGES.join("\n"));
  renameSync(`${mark}.part`, mark);
}

const isReady = (): boolean => existsSync(mark) && readFileSync(mark, "utf8") === PACKAGES.join("\n");

try {
  if (!isReady()) install();
  process.stdout.write(`${pythonIn(pythonFolder)}\n`);
} catch (error) {
  process.stderr.write(`setup:python: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
