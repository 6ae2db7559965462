import { setImmediate } from "node:timers/promises";
import type { PolicyName } from "../../simulator/policies/names.ts";
import { type Job, runJob } from "../../simulator/run/job.ts";
import { runSeeds } from "../../simulator/run/pool.ts";
import { shrink } from "../../simulator/run/shrink.ts";
import { makeSchedule } from "../../simulator/schedule/makeSchedule.ts";
import type { Schedule, Shape } from "../../simulator/schedule/schedule.ts";
import type { Outcome } from "../../simulator/simulate.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { EXIT, type ExitCode, usage } from "../exitCodes.ts";
import { counted, duration } from "../output/units.ts";
import { shapeWords, Sum, violationWords } from "../words/simulation.ts";

interface Options extends OutputOptions {
  seeds: number;
  first: number;
  seed?: number;
  nodes: number;
  faulty?: number;
  faults?: Shape["faults"];
  policy?: PolicyName;
  keepGoing?: boolean;
  jobs: number;
  shrink: boolean;
}

/** Milliseconds between words on how far it is. */
const PROGRESS_EVERY = 5_000;
/** Smaller schedules that are tried, each as long as a simulation. */
const MOST_SHRINKING = 400;

export async function run(cli: Cli, options: Options): Promise<ExitCode> {
  const shape = shapeOf(options);
  if (options.seed === undefined) return runMany(cli, options, shape);
  return runOne(cli, { seed: options.seed, shape, policy: options.policy }, options.shrink);
}

function shapeOf({ nodes, faulty, faults }: Options): Shape {
  const most = Math.floor((nodes - 1) / 3);
  const f = faulty ?? most;
  if (f > most)
    throw usage(
      `${nodes} members bear at most ${most} faulty ones: give --nodes ${3 * f + 1} or more, or --faulty ${most}`,
    );
  if (f === 0 && faults === "all")
    throw usage("with f = 0 only crashes are borne: give --faults crashes, or 4 --nodes or more");
  return { nodes, f, faults: faults ?? (f === 0 ? "crashes" : "all") };
}

/** Many seeds: progress on the way, the first broken promise with a transcript as short as it gets, and the sum. */
async function runMany(cli: Cli, options: Options, shape: Shape): Promise<ExitCode> {
  const { seeds, first, policy, jobs, keepGoing: goOn = false } = options;
  const { out, signal } = cli;
  const sum = new Sum();
  const started = performance.now();
  const passed = (): number => Math.round((performance.now() - started) / 1000);
  const mistake = policy ? `, with the mistake ${policy}` : "";
  out.note(`${counted(seeds, "swarm")}, ${shapeWords(shape)}${mistake}, ${counted(jobs, "thread")}`);
  let next = performance.now() + PROGRESS_EVERY;
  const broken = await runSeeds({
    shape,
    policy,
    first,
    count: seeds,
    jobs,
    goOn,
    signal,
    onOutcome(outcome) {
      sum.add(outcome);
      if (outcome.violation) out.note(`seed ${outcome.seed}: ${violationWords(outcome.violation)}`);
      if (performance.now() < next) return;
      next = performance.now() + PROGRESS_EVERY;
      out.note(`${sum.seeds} of ${seeds} after ${duration(passed())}: ${sum.progress}`);
    },
  });
  const [earliest] = broken;
  const smallest = earliest && (await explain(cli, { seed: earliest.seed, shape, policy }, earliest, options.shrink));
  out.say(`${counted(sum.seeds, "seed")} in ${duration(passed())}: ${sum.text}`);
  if (earliest)
    out.say(`seed ${earliest.seed} breaks a promise${mistake}: ${againWords({ seed: earliest.seed, shape, policy })}`);
  else if (policy) out.say(`the mistake ${policy} was not found out: try more --seeds`);
  const violations = broken.map(({ seed, violation }) => ({ seed, ...violation }));
  out.json({ shape, policy, first, seconds: passed(), ...sum.facts, violations, smallest });
  return earliest ? EXIT.FAILED : EXIT.OK;
}

/** One seed, with its transcript. */
async function runOne(cli: Cli, job: Job, toShrink: boolean): Promise<ExitCode> {
  const { out } = cli;
  const outcome = await runJob(job, undefined, out.say);
  const { seed, violation, tally, elapsed } = outcome;
  const smallest = violation && toShrink ? await explain(cli, job, outcome, true) : undefined;
  out.say(
    violation ? `seed ${seed} breaks a promise: ${violationWords(violation)}` : `seed ${seed} keeps all promises`,
  );
  const { policy, shape } = job;
  out.json({ shape, policy, seed, ...tally, virtualSeconds: Math.round(elapsed / 1000), violation, smallest });
  return violation ? EXIT.FAILED : EXIT.OK;
}

/** Prints how a promise is broken: the transcript of the smallest schedule that breaks the same one. @returns that schedule */
async function explain(cli: Cli, job: Job, { violation }: Outcome, toShrink: boolean): Promise<Schedule> {
  const { out, signal } = cli;
  const whole = makeSchedule(job.seed, job.shape);
  let schedule = whole;
  if (toShrink) {
    out.note(
      `seed ${job.seed}: looking for a smaller schedule that shows the same, ${MOST_SHRINKING} are tried at most`,
    );
    schedule = await shrink(whole, {
      most: MOST_SHRINKING,
      signal,
      async shows(smaller) {
        // Signals are heard between simulations.
        await setImmediate();
        return (await runJob(job, smaller)).violation?.code === violation?.code;
      },
    });
  }
  const left = `${counted(schedule.faults.length, "fault")} of ${whole.faults.length}, ${counted(schedule.liars.length, "liar")} of ${whole.liars.length}`;
  out.say(`\n== seed ${job.seed}, ${toShrink ? `made smaller: ${left}` : "the transcript"}`);
  await runJob(job, schedule, out.say);
  out.say("");
  return schedule;
}

/** The command that shows a seed again. */
function againWords({ seed, shape: { nodes, f, faults }, policy }: Job): string {
  return `swarm simulate --seed ${seed} --nodes ${nodes} --faulty ${f} --faults ${faults}${policy ? ` --policy ${policy}` : ""}`;
}
