import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readTaskFile } from "../../adapters/taskfile/readTaskFile.ts";
import { SwarmError } from "../../core/errors.ts";
import { tensorSpecs } from "../../core/task/tensors.ts";
import { totalElements } from "../../core/safetensorsHeader.ts";
import type { Cli, OutputOptions } from "../cli.ts";
import { dealRows } from "../compare/dealRows.ts";
import { holdOutClasses } from "../compare/holdOutClasses.ts";
import { openScene } from "../compare/openScene.ts";
import { comparePlan, type Mode, MODES } from "../compare/plan.ts";
import { comparisonReport } from "../compare/report.ts";
import type { Comparison } from "../compare/results.ts";
import { runAlone } from "../compare/runAlone.ts";
import { runServed } from "../compare/runServed.ts";
import { runSwarm } from "../compare/runSwarm.ts";
import type { Scene } from "../compare/scene.ts";
import { comparisonWords } from "../compare/words.ts";
import { EXIT, type ExitCode, usage } from "../exitCodes.ts";
import { duration } from "../output/units.ts";
import { replaceFile, wrote } from "../replaceFile.ts";

interface Options extends OutputOptions {
  data: string[];
  test?: string;
  clients?: number;
  skew: string;
  rounds?: number;
  seed?: number;
  modes: string;
  kill?: boolean;
  report?: string;
  dir?: string;
}

/** `swarm compare`: one task, the same rows, seed and passes, in several ways of working. */
export async function run(cli: Cli, options: Options, where: string): Promise<ExitCode> {
  const taskFile = (await stat(where)).isDirectory() ? resolve(where, "task.yaml") : resolve(where);
  const document = await readTaskFile(taskFile);
  const modes = options.modes.split(",") as Mode[];
  const unknown = modes.find((mode) => !MODES.includes(mode));
  if (unknown !== undefined) throw usage(`--modes has ${unknown}; there are ${MODES.join(", ")}`);
  if (options.clients !== undefined && options.data.length !== 1)
    throw usage("--clients deals out one file: give one with --data, or leave --clients away");
  const clients = options.clients ?? options.data.length;
  const plan = comparePlan(document, {
    modes,
    clients,
    rounds: options.rounds,
    seed: options.seed,
    kill: options.kill === true,
  });
  await using closing = new AsyncDisposableStack();
  const dir = await folderOf(options.dir, closing);
  const files = options.data.map((file) => resolve(file));
  // Nodes publish nothing from fewer rows, and keep some for validation.
  const least = Math.ceil(document.privacy.minRecords / (1 - document.training.validationSplit)) + 1;
  const { skew } = options;
  const deal = {
    label: labelColumn(document),
    clients,
    skew,
    seed: plan.seed,
    least,
    holdsOut: options.test === undefined,
  };
  const given = options.test === undefined ? undefined : resolve(options.test);
  const { data, test = given } =
    options.clients === undefined ? { data: files } : await dealRows(files[0] as string, join(dir, "data"), deal);
  if (test === undefined)
    throw usage("name rows that nobody trains on with --test; with --clients a quarter of the rows is put aside");
  for (const note of plan.notes) cli.out.note(note);
  const scene = closing.use(await openScene(cli, { dir, taskFile, plan, data, test, kill: options.kill === true }));
  const comparison: Comparison = {
    task: document.name,
    rounds: plan.rounds,
    localEpochs: plan.localEpochs,
    passes: plan.passes,
    seed: plan.seed,
    parameters: totalElements(tensorSpecs(document)),
    clients: await Promise.all(
      data.map(async (file, i) => ({
        name: `clinic-${i + 1}`,
        rows: await rowsIn(file),
      })),
    ),
    ...(await holdOutClasses(document, scene.test)),
    members: plan.members,
    notes: plan.notes,
    results: [],
    failed: [],
  };
  for (const mode of plan.modes) await runMode(cli, scene, mode, comparison);
  if (options.report !== undefined) {
    const wasThere = await replaceFile(resolve(options.report), comparisonReport(comparison));
    cli.out.note(wrote(options.report, wasThere));
  }
  cli.out.say(comparisonWords(comparison));
  cli.out.json(comparison);
  return comparison.failed.length === 0 ? EXIT.OK : EXIT.FAILED;
}

/** One that fails takes nothing from the others. */
async function runMode(cli: Cli, scene: Scene, mode: Mode, { results, failed }: Comparison): Promise<void> {
  const started = performance.now();
  scene.progress = (done, of) => {
    const left = ((performance.now() - started) / 1000 / done) * (of - done);
    cli.out.note(`${mode}: ${done} of ${of}, ${duration(Math.ceil(left))} left`);
  };
  cli.out.note(`${mode}: begins`);
  try {
    if (mode === "swarm") results.push(await runSwarm(scene));
    else if (mode === "federated" || mode === "split") results.push(await runServed(scene, mode));
    else results.push(await runAlone(scene, mode));
  } catch (error) {
    cli.signal.throwIfAborted();
    if (!(error instanceof SwarmError)) throw error;
    cli.out.note(`${mode} failed: ${error.message}`);
    failed.push({ mode, code: error.code, failed: error.message });
  }
}

async function folderOf(dir: string | undefined, closing: AsyncDisposableStack): Promise<string> {
  if (dir === undefined) {
    const made = await mkdtemp(join(tmpdir(), "swarm-compare-"));
    closing.defer(() => rm(made, { recursive: true, force: true }));
    return made;
  }
  const path = resolve(dir);
  const inside = await readdir(path).catch(() => []);
  if (inside.length > 0) throw usage(`${dir} is not empty: name a new folder with --dir`);
  return path;
}

function labelColumn({ data }: Awaited<ReturnType<typeof readTaskFile>>): string {
  if (data.format !== "csv") throw usage(`the task's data is ${data.format}; a comparison takes csv`);
  return data.label.column;
}

const rowsIn = async (file: string): Promise<number> => (await readFile(file, "utf8")).trimEnd().split("\n").length - 1;
