/**
 * `npm run bench [-- --rounds 30] [--merges] [--scale 1] [--training] [--trainers] [--pairs 5] [--dashboard] [--json]`: what a round costs beside its training,
 * start-up, memory, traffic, gas, and merges. `--merges` leaves all but those out; `--scale 0.1` merges tenths of the sizes, to try it out.
 * `--training` is about steps of training alone: each engine against PyTorch (`npm run setup:python`, or PYTHON); exit code 1 where a target is missed.
 * `--dashboard` is about the dashboard's page on 1,000 rounds of 64 members, in Chromium; exit code 1 where a target is missed.
 * `--trainers` is about a trainer of the clinic's own alone: PyTorch as one against PyTorch by itself, in `--pairs` pairs.
 */
import { Command } from "commander";
import { whole } from "../node/cli/parse.ts";
import { table } from "../node/cli/output/table.ts";
import type { Comparison } from "./bench/compare.ts";
import { benchDashboard, type DashboardFigures, TARGETS } from "./bench/dashboard.ts";
import { benchMerges, type MergeFigures } from "./bench/merge.ts";
import { benchRounds, type RoundFigures } from "./bench/rounds.ts";
import { between } from "./attacks/numbers.ts";
import { leave } from "./local/program.ts";
import { gasTable } from "./bench/gas.ts";
import { benchTraining, type TrainingFigures } from "./bench/training.ts";
import { benchTrainers, type TrainerFigures } from "./bench/trainers.ts";

interface Options {
  rounds: number;
  scale: number;
  pairs: number;
  merges?: boolean;
  training?: boolean;
  trainers?: boolean;
  dashboard?: boolean;
  json?: boolean;
}

const values = new Command("npm run bench --")
  .description(
    "Measures rounds beside their training, start-up, memory, traffic, gas and merges, or one of these instead:",
  )
  .option("--merges", "merges alone")
  .option("--training", "steps of training, each engine against PyTorch (npm run setup:python)")
  .option("--trainers", "PyTorch as a clinic's own trainer against PyTorch by itself")
  .option("--dashboard", "the dashboard's page on 1,000 rounds of 64 members, in Chromium")
  .option("--rounds <n>", "rounds that are measured", whole(1, 10_000), 30)
  .option("--scale <n>", "sizes of merges, as a part of the usual ones: 0.1 to try it out", between(0.001, 10), 1)
  .option("--pairs <n>", "pairs of --trainers", whole(1, 1000), 5)
  .option("--json", "print the result as one JSON object; progress goes to standard error")
  .exitOverride(leave)
  .parse()
  .opts<Options>();
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort(new Error("stopped")));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

if (values.training) {
  const training = await benchTraining(say);
  if (training.models.some(({ met }) => met === false)) process.exitCode = 1;
  process.stdout.write(values.json ? `${JSON.stringify({ training })}\n` : `${trainingTable(training)}\n`);
} else if (values.trainers) {
  const trainers = await benchTrainers(values.pairs, say, stop.signal);
  if (trainers === undefined) process.exitCode = 1;
  else process.stdout.write(values.json ? `${JSON.stringify({ trainers })}\n` : `${trainerTable(trainers)}\n`);
} else if (values.dashboard) {
  const dashboard = await benchDashboard(say);
  if (dashboard === undefined || Object.values(dashboard.met).includes(false)) process.exitCode = 1;
  if (dashboard)
    process.stdout.write(values.json ? `${JSON.stringify({ dashboard })}\n` : `${dashboardTable(dashboard)}\n`);
} else await benchAll();

async function benchAll(): Promise<void> {
  const rounds = values.merges ? undefined : await benchRounds(values.rounds, say, stop.signal);
  say("measuring merges");
  const merges = await benchMerges(values.scale, say);
  const gas = values.merges ? undefined : await gasTable(stop.signal);

  if (values.json) process.stdout.write(`${JSON.stringify({ rounds, merges, gas })}\n`);
  else {
    if (rounds) process.stdout.write(`${roundTable(rounds)}\n\n`);
    process.stdout.write(`${comparisonTable(merges.comparisons)}\n\n${memoryTable(merges.memory)}\n`);
    if (gas) process.stdout.write(`\n${gas.text}\n`);
  }
}

function roundTable(figures: RoundFigures): string {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const { beyondTrainingMs: beyond, bytesPerRound: bytes, trainingMs } = figures;
  const cpu = figures.cpuMsPerRound.map((each) => each?.toFixed(0) ?? "?").join(", ");
  return table(
    ["what", "figure"],
    [
      ["round beyond training, median", ms(beyond.median)],
      ["round beyond training, p90", ms(beyond.p90)],
      ["slowest node's training, median", ms(trainingMs.median)],
      ["bytes on the wire per round, median", `${(bytes.median / 1000).toFixed(1)} kB`],
      ["ready, one daemon alone", ms(figures.readyAloneMs)],
      [`ready, ${figures.clinics} daemons together`, ms(Math.max(...figures.readyTogetherMs))],
      ["processor time per daemon and round", `${cpu} ms`],
      [
        `peak memory per daemon after ${figures.rounds} rounds`,
        `${figures.peakMb.map((mb) => mb ?? "?").join(", ")} MB`,
      ],
    ],
  );
}

function comparisonTable(comparisons: readonly Comparison[]): string {
  const rows = comparisons.map(({ rule, updates, megabytes, seconds, way }) => [
    `${rule}, ${updates} x ${megabytes} MB`,
    `${((updates * megabytes) / seconds.wasm).toFixed(0)} MB/s`,
    `${(seconds.plain / seconds.wasm).toFixed(1)} times`,
    seconds.numpy === undefined ? "not compared" : `${(seconds.numpy / seconds.wasm).toFixed(1)} times (${way})`,
  ]);
  return table(["merge in memory, processor time", "kernels", "as fast as plain ones", "as fast as numpy"], rows);
}

function memoryTable(memory: MergeFigures["memory"]): string {
  const rows = memory.map(({ updates, megabytes, extraMb, seconds }) => [
    `mean, ${updates} x ${megabytes} MB`,
    extraMb === undefined ? "?" : `${extraMb.toFixed(0)} MB`,
    `${seconds.toFixed(1)} s`,
  ]);
  return table(["merge out of files", "peak memory beyond the start's", "with hashing"], rows);
}

function trainingTable({ engines, models }: TrainingFigures): string {
  const ms = (value: number | undefined): string => (value === undefined ? "" : `${value.toFixed(2)} ms`);
  const times = (value: number | undefined): string => (value === undefined ? "" : `${value.toFixed(1)} times`);
  const rows = models.map(({ name, ms: taken, timesTorch, target, met }) => [
    name,
    ms(taken.torch),
    ms(taken.wasm),
    times(timesTorch.wasm),
    target === undefined ? "" : `${target} times: ${met === undefined ? "not compared" : met ? "met" : "MISSED"}`,
    ms(taken.native),
    times(timesTorch.native),
  ]);
  const heads = ["processor time of a step", "PyTorch", "wasm", "of PyTorch", "target", "native", "of PyTorch"];
  return `${engines.join(", ")}; one thread each\n${table(heads, rows)}`;
}

function trainerTable({ version, megabytes, pairs, ratio }: TrainerFigures): string {
  const seconds = ({ clock, processor }: (typeof pairs)[number]["plain"]): string =>
    `${clock.toFixed(2)} s (${processor?.toFixed(2) ?? "?"} s)`;
  const ratios = (clock: number, processor: number | undefined): string =>
    `${clock.toFixed(3)} (${processor?.toFixed(3) ?? "?"})`;
  const rows = pairs.map(({ trainer, plain }, i) => [
    `pair ${i + 1}`,
    seconds(trainer),
    seconds(plain),
    ratios(
      trainer.clock / plain.clock,
      trainer.processor === undefined ? undefined : trainer.processor / (plain.processor ?? Number.NaN),
    ),
  ]);
  const last = ["median of the ratios", "", "", ratios(ratio.clock, ratio.processor)];
  return table(
    [
      `an epoch, model of ${megabytes.toFixed(0)} MB; processor time in brackets`,
      "as a trainer",
      `PyTorch ${version}`,
      "ratio",
    ],
    [...rows, last],
  );
}

function dashboardTable({
  rounds,
  members,
  firstLoadKb,
  interactiveMs,
  frames,
  change,
  met,
}: DashboardFigures): string {
  const of = (target: number, unit: string, name: keyof typeof TARGETS): string =>
    `${target} ${unit}: ${met[name] ? "met" : "MISSED"}`;
  return table(
    [`dashboard, ${rounds} rounds of ${members} members`, "figure", "target"],
    [
      ["first load, compressed", `${firstLoadKb.toFixed(0)} kB`, of(TARGETS.firstLoadKb, "kB", "firstLoadKb")],
      [
        "until the round is shown, median",
        `${interactiveMs.toFixed(0)} ms`,
        of(TARGETS.interactiveMs, "ms", "interactiveMs"),
      ],
      [`longest of ${frames.count} frames`, `${frames.longestMs.toFixed(0)} ms`, of(TARGETS.frameMs, "ms", "frameMs")],
      ["frames, p99", `${frames.p99Ms.toFixed(0)} ms`, ""],
      ["one act in the event stream", `${change.bytes} bytes`, ""],
      ["time of the server for it", `${change.ms.toFixed(1)} ms`, ""],
    ],
  );
}
