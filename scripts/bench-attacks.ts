/**
 * `npm run bench:attacks`: what accuracy each merge rule keeps when some clinics lie, over attacks of the literature, on rows that clinics see very
 * different parts of. Exit code 1 if the default merge misses a target.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { CommanderError } from "commander";
import { fileErrorOf } from "../node/cli/fileError.ts";
import { SwarmError } from "../node/core/errors.ts";
import { readOptions } from "./attacks/options.ts";
import { jobsOf, usual } from "./attacks/plan.ts";
import { plot } from "./attacks/plot.ts";
import { type Done, runJobs } from "./attacks/pool.ts";
import { percent, tablesText, targetsText } from "./attacks/report.ts";
import { type Row, rowOf } from "./attacks/results.ts";
import { targetsOf } from "./attacks/targets.ts";

const stop = new AbortController();
for (const name of ["SIGINT", "SIGTERM"] as const)
  process.once(name, () => stop.abort(new SwarmError("STOPPED", "stopped by the operator")));

async function main(): Promise<number> {
  const { settings, threads, svg, json } = readOptions(process.argv, availableParallelism());
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  const jobs = jobsOf(settings);
  const perRow = settings.attacks.length * settings.seeds;
  const rows: Row[] = [];
  const pending: Done[] = [];
  await runJobs(jobs, threads, stop.signal, (done) => {
    pending.push(done);
    if (pending.length < perRow) return;
    const row = rowOf(pending.splice(0));
    rows.push(row);
    const worst = row.worst ? `, worst ${percent(row.worst.mean)} (${row.worst.attack})` : "";
    say(
      `${rows.length * perRow} of ${jobs.length} swarms: ${row.data} ${row.rule}: clean ${percent(row.clean?.mean)}${worst}`,
    );
  });
  // Other settings have other figures; that they are lower is no failure.
  const targets = isDeepStrictEqual(settings, usual) ? targetsOf(rows) : [];
  await mkdir(dirname(svg), { recursive: true });
  await writeFile(svg, plot(rows, settings));
  if (json) process.stdout.write(`${JSON.stringify({ settings, rows, targets })}\n`);
  else {
    const judged = targets.length > 0 ? targetsText(targets) : "no targets: they are for the usual settings";
    process.stdout.write(`${tablesText(rows, settings)}\n\n${judged}\n`);
  }
  say(`picture: ${svg}`);
  return targets.every(({ met }) => met) ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  // Commander has said what is wrong, or shown the help.
  if (error instanceof CommanderError) process.exit(error.exitCode === 0 ? 0 : 2);
  const known = error instanceof SwarmError ? error : fileErrorOf(error);
  if (known === undefined) throw error;
  process.stderr.write(`error: ${known.message}\n`);
  process.exitCode = stop.signal.aborted ? 130 : known.code === "USAGE_INVALID" ? 2 : 1;
}
