import { readFileSync } from "node:fs";
import { decodeModel, decodeUpdate } from "../../node/core/codec.ts";
import { kernelsOf } from "../../node/core/merge/chooseKernels.ts";
import { mergeBlocks, type StreamedContribution } from "../../node/core/merge/merge.ts";
import type { MergeConfig } from "../../node/core/merge/rule.ts";
import type { Weights } from "../../node/core/weights.ts";
import type { Numpy, NumpyQuestion } from "./numpy.ts";
import { quantiles } from "./quantiles.ts";
import { type MergeWorld, payloadOf } from "./world.ts";

export interface Comparison {
  rule: string;
  updates: number;
  /** Of each update. */
  megabytes: number;
  /** Of processor time, which other programs disturb less than the clock's: medians of runs that took turns, in one thread each. */
  seconds: { wasm: number; plain: number; numpy: number | undefined };
  /** Which of numpy's ways was the fastest. */
  way: string | undefined;
}

/** A merge in memory by both kernels and by numpy, in turns, after one run of each to warm up; numpy counts with its fastest way. */
export async function compareMerge(
  dir: string,
  { base, included, elements }: MergeWorld,
  config: MergeConfig & { rule: "mean" | "trimmedMean" },
  numpy: Numpy | undefined,
  runs: number,
): Promise<Comparison> {
  const question: NumpyQuestion = {
    case: config.rule,
    files: [payloadOf(dir, "model", base), ...included.map(({ sha256 }) => payloadOf(dir, "update", sha256))],
    elements,
    ...(config.trim === undefined ? {} : { trim: config.trim }),
  };
  const [first, ...rest] = question.files.map(({ path }) => new Uint8Array(readFileSync(path)));
  const from: Weights = decodeModel(first as Uint8Array);
  const contributions = rest.map((bytes, j): StreamedContribution => {
    const { member, weight } = included[j] as (typeof included)[number];
    const { values } = decodeUpdate(bytes).delta;
    return { member, weight, read: (start, count) => values.subarray(start, start + count) };
  });
  // Results go to memory that is there already, as numpy's do.
  const values = new Float32Array(elements).fill(1);
  const taken = { wasm: [] as number[], plain: [] as number[] };
  const ways = new Map<string, number[]>();
  for (let run = 0; run <= runs; run++) {
    for (const name of ["wasm", "plain"] as const) {
      const options = { kernels: kernelsOf(name), values };
      const seconds = await processorSeconds(() => mergeBlocks(from, contributions, config, undefined, options));
      if (run > 0) taken[name].push(seconds);
      if (name === "plain" || !numpy) continue;
      const answer = await numpy.ask(question);
      const bits = [...new Uint32Array(Float32Array.of(...values.subarray(0, 3), ...values.subarray(-3)).buffer)];
      if (String(bits) !== String(answer.bits))
        throw new Error(`numpy computed another ${config.rule}: ${answer.bits}`);
      if (run > 0) for (const { way, seconds } of answer.ways) ways.set(way, [...(ways.get(way) ?? []), seconds]);
    }
  }
  const median = (figures: number[]): number => quantiles(figures).median;
  const fastest = [...ways]
    .map(([way, seconds]) => ({ way, seconds: median(seconds) }))
    .sort((a, b) => a.seconds - b.seconds);
  return {
    rule: config.rule,
    updates: included.length,
    megabytes: (4 * elements) / 1e6,
    seconds: { wasm: median(taken.wasm), plain: median(taken.plain), numpy: fastest[0]?.seconds },
    way: fastest[0]?.way,
  };
}

/** The system counts this thread's time in ticks of some milliseconds: short work is repeated until the ticks are enough. */
const LEAST_SECONDS = 0.1;

async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const now = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1e6;
  };
  const start = now();
  for (let times = 1; ; times++) {
    await work();
    const taken = now() - start;
    if (taken >= LEAST_SECONDS) return taken / times;
  }
}
