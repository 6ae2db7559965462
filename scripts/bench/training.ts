import { join } from "node:path";
import { nativeProblem } from "../../node/adapters/tfjs/native/folder.ts";
import { findPython } from "../setup/pythonPlace.ts";
import { quantiles } from "./quantiles.ts";
import { type LineProcess, startLineProcess } from "./lineProcess.ts";
import { TIMED } from "./training/models.ts";

/** Turns that count, after one to warm up. */
const TURNS = 7;

export interface TrainingFigures {
  /** Names and versions of what took part. */
  engines: string[];
  models: {
    name: string;
    /** Processor milliseconds of one step, medians. */
    ms: Record<Contender, number | undefined>;
    /** Medians of the ratios of turns that followed one another. */
    timesTorch: Record<Exclude<Contender, "torch">, number | undefined>;
    /** Of the WebAssembly engine. */
    target: number | undefined;
    met: boolean | undefined;
  }[];
}

type Contender = "wasm" | "native" | "torch";

/**
 * Training steps of each engine that works here and of PyTorch, one thread each, in processes of their own that take turns.
 * @param say told what is left out, and why
 */
export async function benchTraining(say: (text: string) => void): Promise<TrainingFigures> {
  await using closing = new AsyncDisposableStack();
  const running = new Map<Contender, LineProcess>();
  const start = async (name: Contender, command: string, args: string[]): Promise<void> => {
    const env = { ...process.env, OMP_NUM_THREADS: "1", TF_NUM_INTRAOP_THREADS: "1", TF_NUM_INTEROP_THREADS: "1" };
    running.set(name, closing.use(await startLineProcess(name, command, args, env)));
  };
  const ours = join(import.meta.dirname, "training", "ours.ts");
  await start("wasm", process.execPath, [ours, "wasm"]);
  const problem = nativeProblem();
  if (problem === undefined) await start("native", process.execPath, [ours, "native"]);
  else say(`without the native engine: ${problem}`);
  const found = findPython("torch");
  if ("lacking" in found) say(`not compared with PyTorch: ${found.lacking}`);
  else await start("torch", found.python, [join(import.meta.dirname, "training", "pytorch.py")]);
  const engines = [...running.values()].map(({ hello }) => (hello as { engine: string }).engine);
  const models: TrainingFigures["models"] = [];
  for (const [index, timed] of TIMED.entries()) {
    say(timed.name);
    models.push(await timeModel(running, index));
  }
  return { engines, models };
}

async function timeModel(
  running: ReadonlyMap<Contender, LineProcess>,
  index: number,
): Promise<TrainingFigures["models"][number]> {
  const { name, document, steps, target } = TIMED[index] as (typeof TIMED)[number];
  const { layers } = document.model as { layers: object[] };
  const { optimizer, batchSize: batch } = document.training;
  const classes = document.data.label.classes.length;
  const forTorch = { layers, input: document.data.inputShape, classes, batch, rate: optimizer.learningRate, steps };
  const taken = new Map<Contender, number[]>([...running.keys()].map((who) => [who, []]));
  for (let turn = 0; turn <= TURNS; turn++) {
    for (const [who, contender] of running) {
      const question = who === "torch" ? forTorch : { model: index, steps };
      const { ms } = (await contender.ask(question)) as { ms: number };
      if (turn > 0) taken.get(who)?.push(ms);
    }
  }
  const median = (figures: number[] | undefined) => (figures === undefined ? undefined : quantiles(figures).median);
  const against = (who: Contender) => {
    const torch = taken.get("torch");
    if (torch === undefined) return undefined;
    return median(taken.get(who)?.map((ms, turn) => ms / (torch[turn] as number)));
  };
  const timesTorch = { wasm: against("wasm"), native: against("native") };
  const met = target === undefined || timesTorch.wasm === undefined ? undefined : timesTorch.wasm <= target;
  const ms = {
    wasm: median(taken.get("wasm")),
    native: median(taken.get("native")),
    torch: median(taken.get("torch")),
  };
  return { name, ms, timesTorch, target, met };
}
