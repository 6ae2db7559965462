import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeChangedTask } from "../../node/cli/local/changedTask.ts";
import { type LocalPlan } from "../../node/cli/local/plan.ts";
import { wdbcPlan } from "../local/plan.ts";

export interface SoakPlan extends LocalPlan {
  f: number;
  /** Seconds of each phase. */
  phaseSeconds: number;
  retainRounds: number;
}

/** Enough for ten daemons on two busy cores; a dead one costs two such phases a round. */
const PHASE_SECONDS = 10;
const RETAIN_ROUNDS = 20;
/** More than any run comes to. */
const ROUNDS = 1_000_000;

/** With fewer, f is 0; with more, a part of the rows is too small to publish from (32 records, an eighth kept for validation). */
export const LEAST_NODES = 4;
export const MOST_NODES = 12;

/** The example's task for `nodes` clinics of whom a third may fail: its rows dealt out in equal parts, files and task in the run's folder. */
export async function soakPlan(dir: string, nodes: number, seed: number): Promise<SoakPlan> {
  const example = wdbcPlan(dir);
  const f = Math.floor((nodes - 1) / 3);
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const taskFile = await writeChangedTask(example.taskFile, join(dir, "task.yaml"), {
    "training.seed": seed,
    merge: { rule: "trimmedMean", trim: f },
    contributorWeights: "equal",
    "round.f": f,
    "round.minPeers": 2 * f + 1,
    "round.startMembers": nodes,
    "round.rounds": ROUNDS,
    "round.submitSeconds": PHASE_SECONDS,
    "round.attestSeconds": PHASE_SECONDS,
    "round.mergeSeconds": PHASE_SECONDS,
    retainRounds: RETAIN_ROUNDS,
  });
  const data = await dealRows(example.pooled, nodes, (part) => join(dir, `rows-${part + 1}.csv`));
  const { licensors, threshold } = example;
  return { dir, licensors, threshold, data, taskFile, f, phaseSeconds: PHASE_SECONDS, retainRounds: RETAIN_ROUNDS };
}

/** Row by row in turn, so that the parts have the same size and much the same classes. */
async function dealRows(csv: string, parts: number, file: (part: number) => string): Promise<string[]> {
  const [header = "", ...rows] = (await readFile(csv, "utf8")).trimEnd().split("\n");
  const files = Array.from({ length: parts }, (_, part) => file(part));
  for (const [part, path] of files.entries())
    await writeFile(path, `${[header, ...rows.filter((_, row) => row % parts === part)].join("\n")}\n`);
  return files;
}
