import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { root } from "../setup/place.mjs";

/** The numpy that merges are compared with. */
const NUMPY = "2.4.1";
const FOLDER = join(root, ".swarm", "bench", `numpy-${NUMPY}`);
const INSTALL_TIMEOUT_MS = 180_000;
const ANSWER_TIMEOUT_MS = 300_000;

export interface NumpyQuestion {
  case: "mean" | "trimmedMean";
  /** The base first. */
  files: { path: string; offset: number }[];
  elements: number;
  trim?: number;
}

export interface NumpyAnswer {
  ways: { way: string; seconds: number }[];
  bits: number[];
}

export interface Numpy extends AsyncDisposable {
  ask(question: NumpyQuestion): Promise<NumpyAnswer>;
}

/** Starts `merge.py` in an environment of its own, made once. @returns undefined, with `say` told why, where there is no Python or numpy to be had */
export async function startNumpy(say: (text: string) => void): Promise<Numpy | undefined> {
  const python = join(FOLDER, "bin", "python");
  if (!existsSync(join(FOLDER, "ready"))) {
    const steps: [string, string[]][] = [
      ["python3", ["-m", "venv", FOLDER]],
      [python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", `numpy==${NUMPY}`]],
      [python, ["-c", `import numpy; open(${JSON.stringify(join(FOLDER, "ready"))}, "w").close()`]],
    ];
    for (const [program, args] of steps) {
      const { status, error, stderr } = spawnSync(program, args, { encoding: "utf8", timeout: INSTALL_TIMEOUT_MS });
      if (status === 0) continue;
      say(
        `not compared with numpy: ${program} ${args.join(" ")}: ${error?.message ?? stderr.trim().split("\n").at(-1)}`,
      );
      return undefined;
    }
  }
  const child = spawn(python, [join(root, "scripts", "bench", "merge.py")], { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<unknown> => {
    const timer = setTimeout(() => child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    const { value, done } = await lines.next().finally(() => clearTimeout(timer));
    if (done) throw new Error("the comparison with numpy ended early; what Python said is above");
    return JSON.parse(value as string);
  };
  await next();
  return {
    ask(question) {
      child.stdin.write(`${JSON.stringify(question)}\n`);
      return next() as Promise<NumpyAnswer>;
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
