import type { TaskView } from "../core/ledger/view/task.ts";
import { isState } from "../core/merge/optimizerState.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { modelSpecs, type TaskDocument, tensorSpecs } from "../core/task/document.ts";
import type { Cli } from "./cli.ts";
import { usage } from "./exitCodes.ts";
import type { Home } from "./home.ts";
import { checkModel, readModelFile } from "./modelFile.ts";
import type { NamedModel, SourceOptions } from "./modelSource.ts";
import { bestRound } from "./roundScores.ts";
import type { Session } from "./session.ts";

/** A model's file, and what it is. */
export type Found = Omit<NamedModel, "weights" | "own">;

/** Out of a file that was named. @throws SwarmError FILE_UNREADABLE, FILE_*, TASK_MODEL_MISFIT */
export async function ofFile(path: string, document: TaskDocument, task: TaskView | undefined): Promise<Found> {
  const { bytes, sha256, model } = await readModelFile(path);
  // Without an optimizer's state it is as good here: that is for merging.
  checkModel(model, model.specs.some(isState) ? modelSpecs(document) : tensorSpecs(document), path);
  if (task === undefined) return { what: path, bytes, sha256, onLedger: false };
  const round = roundOf(task, sha256);
  if (round === undefined)
    return { what: `${path}, which is no model that the ledger records for this task`, bytes, sha256, onLedger: false };
  return { what: `${path}, the model of round ${round}`, bytes, sha256, round, onLedger: true };
}

/** 0 for the first model. */
function roundOf(task: TaskView, sha256: Bytes32): number | undefined {
  if (task.params.modelHash === sha256) return 0;
  return task.history.findLast(({ modelHash }) => modelHash === sha256)?.round;
}

/** Of a final round, by its number or as which one it is. @throws SwarmError USAGE_INVALID, ROUND_UNKNOWN, ROUND_NOT_SCORED, MODEL_NOT_FOUND */
export async function ofRound(
  cli: Cli,
  options: SourceOptions,
  home: Home | undefined,
  ledger: { session: Session; task: TaskView } | undefined,
): Promise<Found> {
  if (ledger === undefined) throw usage("a task's file has no rounds: name a model with --model");
  const { session, task } = ledger;
  const wanted = options.round === "best" ? await bestRound(task, home) : options.round;
  // Loaded only here: a model out of a file needs neither IPFS nor libp2p.
  const { readModel } = await import("./modelOf.ts");
  const { round, sha256, bytes } = await readModel(
    cli,
    session,
    options,
    task,
    wanted === "latest" ? undefined : wanted,
  );
  const best = options.round === "best" ? ", the best by the scores at hand" : "";
  return { what: `the model of round ${round}${best}`, bytes, sha256, round, onLedger: true };
}
