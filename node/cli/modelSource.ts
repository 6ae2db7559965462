import { readTaskFile } from "../adapters/taskfile/readTaskFile.ts";
import { decodeModel } from "../core/codec.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { type TaskDocument, tensorSpecs } from "../core/task/document.ts";
import { weightsOf } from "../core/weights/model.ts";
import type { Weights } from "../core/weights.ts";
import { ofFile, ofRound } from "./chosenModel.ts";
import type { AccountOptions, Cli } from "./cli.ts";
import { usage } from "./exitCodes.ts";
import { type Home, homeOf, nodeSettings } from "./home.ts";
import { readOwnLayers, readOwnModel } from "./ownModel.ts";
import { openSession, type Session } from "./session.ts";
import { checkedDocument } from "./taskCheck.ts";
import { findTask } from "./tasks.ts";

/** Which model a command is to use. */
export interface SourceOptions extends AccountOptions {
  /** A task of the ledger, or a task file (.yaml, .yml, .json). */
  task?: string;
  model?: string;
  round?: number | "latest" | "best";
  local?: boolean;
}

/** A model that can be run, and what it is. */
export interface NamedModel {
  /** For people, as in "the model of round 7". */
  what: string;
  bytes: Uint8Array;
  sha256: Bytes32;
  weights: Weights;
  /** Of the layers that the task leaves at each node. */
  own?: Weights;
  round?: number;
  /** Whether the ledger records a model with this hash for the task. */
  onLedger: boolean;
}

export interface ModelSource extends AsyncDisposable {
  document: TaskDocument;
  /** The task on the ledger; undefined for a task file. */
  task: TaskView | undefined;
  /** By `--model` or `--round`. @throws SwarmError FILE_*, TASK_MODEL_MISFIT, ROUND_UNKNOWN, ROUND_NOT_SCORED, MODEL_NOT_FOUND, MODEL_LACKS_LAYERS */
  chosen(): Promise<NamedModel>;
  /** This node's own, before any merge. @throws SwarmError LOCAL_MODEL_MISSING, TASK_MODEL_MISFIT, HOME_MISSING */
  local(): Promise<NamedModel>;
}

/** @throws SwarmError USAGE_INVALID, TASK_*, and those of `openSession` */
export async function openModelSource(cli: Cli, options: SourceOptions): Promise<ModelSource> {
  const home = options.home === undefined ? undefined : homeOf(options);
  const name = options.task ?? (home && (await nodeSettings(home))?.task);
  if (name === undefined) throw usage(`say which task the model is of: ${whichTask(options.home)}`);
  if (options.model !== undefined && options.round !== undefined)
    throw usage("--model and --round each name a model: leave one of them away");
  if (!/\.(ya?ml|json)$/i.test(name)) {
    const session = await openSession(cli, options);
    try {
      const task = findTask(session.view, name);
      return sourceOf(cli, options, home, checkedDocument(task), { session, task });
    } catch (error) {
      await session[Symbol.asyncDispose]();
      throw error;
    }
  }
  if (options.model === undefined && options.local !== true)
    throw usage(`${name} is a task's file, which has no model in it: name one with --model`);
  return sourceOf(cli, options, home, await readTaskFile(name), undefined);
}

const whichTask = (home: string | undefined): string =>
  home === undefined
    ? "name it, or its file, with --task, or the folder of a node that joined it with --home"
    : `the node in ${home} has joined none (an auditor never does), so name it, or its file, with --task`;

function sourceOf(
  cli: Cli,
  options: SourceOptions,
  home: Home | undefined,
  document: TaskDocument,
  ledger: { session: Session; task: TaskView } | undefined,
): ModelSource {
  const task = ledger?.task;
  const ownLayers = async (): Promise<{ own?: Weights }> => {
    const layers = await readOwnLayers(home, document, task?.taskId);
    if (layers === undefined) return {};
    if (!layers.trained)
      cli.out.note("warning: this node has not trained yet: the layers that stay at it are as they begin");
    return { own: layers.own };
  };
  return {
    document,
    task,
    async chosen() {
      const { model } = options;
      const found =
        model === undefined ? await ofRound(cli, options, home, ledger) : await ofFile(model, document, task);
      return { ...found, weights: weightsOf(decodeModel(found.bytes), tensorSpecs(document)), ...(await ownLayers()) };
    },
    async local() {
      const { bytes, sha256, weights, round } = await readOwnModel(homeOf(options), document, task?.taskId);
      const what = `this node's own model${round === undefined ? "" : `, trained in round ${round}`}`;
      const at = round === undefined ? {} : { round };
      return { what, bytes, sha256, weights, ...at, onLedger: false, ...(await ownLayers()) };
    },
    [Symbol.asyncDispose]: async () => ledger?.session[Symbol.asyncDispose](),
  };
}
