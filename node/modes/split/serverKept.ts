import { SwarmError } from "../../core/errors.ts";
import { decodeTraining, encodeTraining } from "../../core/modes/partFile.ts";
import { encodeWeights } from "../../core/codec.ts";
import { initialWeights } from "../../core/task/initialModel.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { TensorSpec, Weights } from "../../core/weights.ts";
import { pick } from "../../core/weights/pick.ts";
import type { EpochStore } from "../../ports/epochStore.ts";
import type { PartState } from "../../ports/splitLearner.ts";
import type { SealedPart } from "./sealedPart.ts";

/** The file of a side's part, as others read it: the part's tensors and nothing else. */
export const PART_FILE = "part.safetensors";
/** The one copy of the server's part where clients take turns. */
export const ONE = "one";
const TRAINING = /^training-(.+)\.safetensors$/;
const STATE_FILE = "state.json";

/** All that a server goes on from. */
export interface ServerState {
  /** Epochs that are done. */
  epoch: number;
  /** The server's part by copy, each with its optimizer. */
  copies: Map<string, PartState>;
  /** The client part as of the epoch's end, sealed. */
  clientParts: SealedPart[];
  /** The lowest loss so far, and how many epochs did not better it. */
  best: number | undefined;
  stale: number;
  finished: boolean;
}

/** The task's first model, cut. @param base in place of the one that the task's seed gives */
export function firstPart(doc: TaskDocument, specs: readonly TensorSpec[], base?: Weights): PartState {
  return { values: pick(specs, [base ?? initialWeights(doc, doc.training.seed)]).values, moments: [], steps: 0 };
}

export async function keepServerState(
  store: EpochStore,
  specs: readonly TensorSpec[],
  state: ServerState,
): Promise<void> {
  const { epoch, copies, clientParts, ...rest } = state;
  const [first] = copies.values();
  if (first === undefined) throw new Error("the server has no part");
  const files = new Map<string, Uint8Array>([[PART_FILE, encodeWeights({ specs, values: first.values })]]);
  for (const [copy, part] of copies) files.set(`training-${copy}.safetensors`, encodeTraining(specs, part));
  for (const [i, { bytes }] of clientParts.entries()) files.set(`client-${i}.age`, bytes);
  const told = { ...rest, weights: clientParts.map(({ weight }) => weight) };
  files.set(STATE_FILE, new TextEncoder().encode(JSON.stringify(told)));
  await store.keep(epoch, files);
  await dropTraining(store, epoch - 2);
}

/** What was kept last; undefined where nothing was. @throws SwarmError SPLIT_KEPT_DAMAGED, FILE_* */
export async function readServerState(
  store: EpochStore,
  specs: readonly TensorSpec[],
): Promise<ServerState | undefined> {
  const epoch = await store.latest();
  if (epoch === 0) return undefined;
  const need = async (name: string): Promise<Uint8Array> => {
    const bytes = await store.read(epoch, name);
    if (bytes !== undefined) return bytes;
    const path = store.path(epoch, name);
    throw new SwarmError(
      "SPLIT_KEPT_DAMAGED",
      `${path} is missing: move the folder of this epoch away, and training goes on from the one before`,
      { path },
    );
  };
  const told = JSON.parse(new TextDecoder().decode(await need(STATE_FILE))) as Omit<
    ServerState,
    "copies" | "clientParts" | "epoch"
  > & { weights: number[] };
  const copies = new Map<string, PartState>();
  for (const name of await store.names(epoch)) {
    const copy = TRAINING.exec(name)?.[1];
    if (copy !== undefined) copies.set(copy, decodeTraining(specs, await need(name)));
  }
  const clientParts: SealedPart[] = [];
  for (const [i, weight] of told.weights.entries()) clientParts.push({ weight, bytes: await need(`client-${i}.age`) });
  return { epoch, copies, clientParts, best: told.best, stale: told.stale, finished: told.finished };
}

/** Parts of each epoch stay; what training would go on from is of use for the last two only. */
export async function dropTraining(store: EpochStore, epoch: number): Promise<void> {
  if (epoch < 1) return;
  const names = await store.names(epoch);
  await store.remove(
    epoch,
    names.filter((name) => name !== PART_FILE),
  );
}
