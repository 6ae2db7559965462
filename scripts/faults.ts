/** `npm run test:faults [-- names... | --quick] [--list]`: hurts real daemons, a real chain and real files, one scenario after another. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "./setup/place.mjs";
import { scenarios } from "./testing/faultScenarios.ts";
import { type Count, nodeTests } from "./testing/nodeTests.ts";

const HELP = `npm run test:faults                    all scenarios, one after another
npm run test:faults -- NAME...         these
npm run test:faults -- --quick         those that are fit for every change: together under ten minutes
npm run test:faults -- --list          names, and what each does`;
/** Milliseconds one scenario may take. */
const LIMIT = 1_200_000;

async function main(): Promise<boolean> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { list: { type: "boolean" }, quick: { type: "boolean" }, help: { type: "boolean" } },
  });
  if (values.help) {
    process.stdout.write(`${HELP}\n`);
    return true;
  }
  const unknown = positionals.find((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown !== undefined) throw new Error(`there is no scenario ${unknown}: see npm run test:faults -- --list`);
  const isWanted = ({ name, quick }: (typeof scenarios)[number]): boolean =>
    (positionals.length === 0 || positionals.includes(name)) && (values.quick !== true || quick);
  const wanted = scenarios.filter(isWanted);
  if (values.list) {
    for (const { name, quick, about } of wanted)
      process.stdout.write(`${name.padEnd(14)}${quick ? "quick  " : "       "}${about}\n`);
    return true;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  const counts: Count[] = [];
  for (const { name, about } of wanted) {
    if (stop.signal.aborted) break;
    process.stdout.write(`\n== ${name}: ${about}\n`);
    const file = join(root, "test", "faults", `${name}.test.ts`);
    const started = performance.now();
    counts.push(await nodeTests([file], { concurrency: 1, timeout: LIMIT, signal: stop.signal }));
    process.stdout.write(`-- ${name} took ${Math.round((performance.now() - started) / 1000)} s\n`);
  }
  const total = (part: keyof Count): number => counts.reduce((sum, count) => sum + count[part], 0);
  const skipped = total("skipped") > 0 ? `, ${total("skipped")} skipped` : "";
  process.stdout.write(`\n${total("passed")} passed, ${total("failed")} failed${skipped}\n`);
  return total("failed") === 0 && counts.length > 0 && !stop.signal.aborted;
}

try {
  if (!(await main())) process.exitCode = 1;
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 2;
}
