import type { TrainerSettings } from "../adapters/process/settings.ts";
import type { NodeFile } from "../adapters/taskfile/nodeFile.ts";
import type { Home } from "./home.ts";

/** A clinic's own trainer, and where its command runs. */
export interface ChosenTrainer {
  settings: TrainerSettings;
  cwd: string;
}

/**
 * The trainer of `--trainer`, which runs where the command line was typed, else of node.yaml, which runs in the node's folder. Bounds are
 * node.yaml's in both cases.
 * @returns undefined where the built-in engine trains
 */
export function chooseTrainer(
  { trainer }: Pick<NodeFile, "trainer">,
  { dir }: Pick<Home, "dir">,
  typed: string | undefined,
): ChosenTrainer | undefined {
  const written = typeof trainer === "string" ? { command: trainer } : trainer;
  if (typed !== undefined) return { settings: { ...defined(written), command: typed }, cwd: process.cwd() };
  return written && { settings: defined(written) as TrainerSettings, cwd: dir };
}

/** The command in a node's settings. */
export const commandOf = ({ trainer }: Pick<NodeFile, "trainer">): string | undefined =>
  typeof trainer === "string" ? trainer : trainer?.command;

type Written = Exclude<NodeFile["trainer"], string | undefined>;

/** Without the fields that are left out. */
function defined(written: Written | undefined): Partial<TrainerSettings> {
  const entries = Object.entries(written ?? {}).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Partial<TrainerSettings>;
}
