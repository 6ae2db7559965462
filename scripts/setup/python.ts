/**
 * `npm run setup:python`: makes a Python environment with numpy, scikit-learn and PyTorch, for the tests, examples and benches that use them, and
 * prints where it is. Takes Python 3.10 or newer as python3, or what the variable PYTHON names.
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pythonFolder, pythonIn } from "./pythonPlace.ts";

/** Exact versions: results of training differ between them. */
const PACKAGES = ["numpy==2.4.1", "scikit-learn==1.8.0"];
/** PyTorch without the libraries for graphics cards, which take gigabytes and are of no use here; then what it needs in pure Python. */
const TORCH = "torch==2.9.1";
const TORCH_NEEDS = ["filelock", "typing-extensions", "sympy", "networkx", "jinja2", "fsspec"];
const MARK = "ready";
const version = [...PACKAGES, TORCH, ...TORCH_NEEDS].join(" ");

function run(program: string, args: string[]): void {
  const { status, error } = spawnSync(program, args, { stdio: ["ignore", 2, 2] });
  if (status === 0) return;
  const why = error?.message ?? `it ended with ${status}; what it said is above`;
  throw new Error(`${program} ${args.join(" ")}: ${why}`);
}

function install(): void {
  const unfinished = `${pythonFolder}.part`;
  rmSync(unfinished, { recursive: true, force: true });
  rmSync(pythonFolder, { recursive: true, force: true });
  mkdirSync(dirname(pythonFolder), { recursive: true });
  run(process.env["PYTHON"] ?? "python3", ["-m", "venv", unfinished]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  const python = pythonIn(unfinished);
  run(python, [...pip, ...PACKAGES, ...TORCH_NEEDS]);
  run(python, [...pip, "--no-deps", TORCH]);
  run(python, ["-c", "import numpy, sklearn, torch"]);
  writeFileSync(join(unfinished, MARK), version);
  renameSync(unfinished, pythonFolder);
}

try {
  if (!existsSync(join(pythonFolder, MARK))) install();
  process.stdout.write(`${pythonIn(pythonFolder)}\n`);
} catch (error) {
  process.stderr.write(`setup:python: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
