/** `npm run bench [-- --rounds 30] [--json]`: what a round costs beside its training, start-up, memory, traffic, gas, merge speed. */
import { parseArgs } from "node:util";
import { table } from "../node/cli/output/table.ts";
import { benchMerges } from "./bench/merge.ts";
import { benchRounds } from "./bench/rounds.ts";
import { gasTable } from "./bench/gas.ts";

const { values } = parseArgs({
  options: { rounds: { type: "string", default: "30" }, json: { type: "boolean", default: false } },
});
const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort(new Error("stopped")));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

const rounds = await benchRounds(Number(values.rounds), say, stop.signal);
say("measuring merges and gas");
const merges = benchMerges();
const gas = await gasTable(stop.signal);

if (values.json) process.stdout.write(`${JSON.stringify({ rounds, merges, gas })}\n`);
else {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const { beyondTrainingMs: beyond, bytesPerRound: bytes } = rounds;
  const lines: [string, string][] = [
    ["round beyond training, median", ms(beyond.median)],
    ["round beyond training, p90", ms(beyond.p90)],
    ["slowest node's training, median", ms(rounds.trainingMs.median)],
    ["bytes on the wire per round, median", `${(bytes.median / 1000).toFixed(1)} kB`],
    ["ready, one daemon alone", ms(rounds.readyAloneMs)],
    [`ready, ${rounds.clinics} daemons together`, ms(Math.max(...rounds.readyTogetherMs))],
    [
      "processor time per daemon and round",
      `${rounds.cpuMsPerRound.map((cpu) => cpu?.toFixed(0) ?? "?").join(", ")} ms`,
    ],
    [`peak memory per daemon after ${rounds.rounds} rounds`, `${rounds.peakMb.map((mb) => mb ?? "?").join(", ")} MB`],
  ];
  process.stdout.write(`${table(["what", "figure"], lines)}\n\n`);
  const merged = merges.map(({ rule, updates, megabytes, mbPerSecond }) => [
    rule,
    `${updates} x ${megabytes} MB`,
    mbPerSecond.median.toFixed(0),
  ]);
  process.stdout.write(`${table(["merge", "updates", "MB/s, median"], merged)}\n\n`);
  process.stdout.write(`${gas.text}\n`);
}
