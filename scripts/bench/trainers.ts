import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { createTrainer } from "../../node/adapters/process/createTrainer.ts";
import { createLogger } from "../../node/adapters/system/logger.ts";
import { readTaskFile } from "../../node/adapters/taskfile/readTaskFile.ts";
import { initialWeights } from "../../node/core/task/initialModel.ts";
import type { TaskDocument } from "../../node/core/task/schema.ts";
import { root } from "../setup/place.mjs";
import { findPython } from "../setup/pythonPlace.ts";
import { quantiles } from "./quantiles.ts";

export interface TrainerFigures {
  /** PyTorch's version. */
  version: string;
  megabytes: number;
  /** An epoch as a round of a trainer, files and checks included, and by PyTorch itself; pairs, which took turns. */
  pairs: Pair[];
  /** Medians of the pairs' ratios; of processor time only where the system tells it. */
  ratio: { clock: number; processor: number | undefined };
}

export interface Pair {
  trainer: Seconds;
  plain: Seconds;
}

/** By the clock, and of processor time, which other programs disturb less. The node's own counts, too. */
interface Seconds {
  clock: number;
  processor: number | undefined;
}

/** Units of each of two hidden layers: with Adam an epoch of the digits takes some ten seconds of one core. */
const WIDTH = 3072;
const BATCH = 16;
const ANSWER_TIMEOUT_MS = 600_000;
const DIGITS = join(root, "examples", "digits");

/** Ticks of the system's clock in a second, by which processes are told their time (proc(5)); the same on all usual kernels. */
const TICKS = 100;

/** What a process and this one took so far; undefined where the system does not tell. */
function processorSeconds(pid: number): number | undefined {
  if (process.platform !== "linux") return undefined;
  const [, rest = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const fields = rest.split(" ");
  const { user, system } = process.cpuUsage();
  return (Number(fields[11]) + Number(fields[12])) / TICKS + (user + system) / 1e6;
}

/** The PyTorch example as a node's trainer against the same training by plain PyTorch, one thread each. @returns undefined where there is no PyTorch */
export async function benchTrainers(
  pairs: number,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<TrainerFigures | undefined> {
  const found = findPython("numpy", "torch");
  if ("lacking" in found) return void say(found.lacking);
  const environment = { ...process.env, OMP_NUM_THREADS: "1" };
  await using closing = new AsyncDisposableStack();
  const dir = closing.adopt(await mkdtemp(join(tmpdir(), "swarm-bench-")), (it) => rm(it, { recursive: true }));
  const document = await wideDigits();
  const data = join(DIGITS, "data", "digits.csv");
  const plain = closing.use(await startPlain(found.python, data, environment));
  let pid = 0;
  const trainer = await createTrainer({
    document,
    dataPath: data,
    settings: { command: `"${found.python}" "${join(root, "examples", "trainers", "pytorch_mlp.py")}"` },
    cwd: root,
    folder: join(dir, "trainer"),
    hidden: [],
    environment,
    logger: {
      ...createLogger({ level: "warn" }),
      info: (_message, context) => void (typeof context?.["pid"] === "number" && (pid = context["pid"])),
    },
    signal,
  });
  closing.defer(() => trainer.close());
  const base = initialWeights(document, 1);
  const ways = {
    plain: () => plain.epoch(),
    async trainer(): Promise<Seconds> {
      const start = performance.now();
      const before = processorSeconds(pid);
      await trainer.train(base, 1, { signal });
      const clock = (performance.now() - start) / 1000;
      const after = processorSeconds(pid);
      return { clock, processor: before === undefined || after === undefined ? undefined : after - before };
    },
  };
  const measured: Pair[] = [];
  // The first pair warms up.
  for (let pair = 0; pair <= pairs; pair++) {
    const seconds: Partial<Pair> = {};
    const order = pair % 2 === 0 ? (["plain", "trainer"] as const) : (["trainer", "plain"] as const);
    for (const way of order) seconds[way] = await ways[way]();
    const { trainer: there, plain: itself } = seconds as Pair;
    say(`pair ${pair}: ${there.clock.toFixed(2)} s as a trainer, ${itself.clock.toFixed(2)} s by itself`);
    if (pair > 0) measured.push({ trainer: there, plain: itself });
  }
  const of = (what: (seconds: Seconds) => number | undefined): number =>
    quantiles(measured.map((pair) => (what(pair.trainer) ?? Number.NaN) / (what(pair.plain) ?? Number.NaN))).median;
  const processor = of((seconds) => seconds.processor);
  const ratio = { clock: of(({ clock }) => clock), processor: Number.isNaN(processor) ? undefined : processor };
  return { version: plain.version, megabytes: (4 * base.values.length) / 1e6, pairs: measured, ratio };
}

async function wideDigits(): Promise<TaskDocument> {
  const document = await readTaskFile(join(DIGITS, "task.yaml"));
  const dense = { type: "dense", units: WIDTH, activation: "relu", useBias: true } as const;
  return {
    ...document,
    model: {
      layers: [dense, dense, { type: "dense", units: 10, activation: "linear", useBias: true }],
      loss: "softmaxCrossEntropy",
    },
    training: {
      ...document.training,
      localEpochs: 1,
      batchSize: BATCH,
      validationSplit: 0,
      optimizer: { type: "adam", learningRate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    },
  };
}

interface Plain extends AsyncDisposable {
  version: string;
  /** Trains one epoch. */
  epoch(): Promise<Seconds>;
}

async function startPlain(python: string, data: string, env: NodeJS.ProcessEnv): Promise<Plain> {
  const script = join(root, "scripts", "bench", "plain_torch.py");
  const args = ["-B", script, data, "digit", String(WIDTH), String(BATCH)];
  const child = spawn(python, args, { stdio: ["pipe", "pipe", "inherit"], env });
  const exited = new Promise<void>((resolve) => void child.once("close", () => resolve()));
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<Record<string, unknown>> => {
    const timer = setTimeout(() => child.kill("SIGKILL"), ANSWER_TIMEOUT_MS);
    const { value, done } = await lines.next().finally(() => clearTimeout(timer));
    if (done) throw new Error("plain PyTorch ended early; what Python said is above");
    return JSON.parse(value as string) as Record<string, unknown>;
  };
  const { version } = await next();
  return {
    version: String(version),
    async epoch() {
      child.stdin.write("\n");
      const { seconds, processor } = await next();
      return { clock: Number(seconds), processor: Number(processor) };
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await exited;
    },
  };
}
