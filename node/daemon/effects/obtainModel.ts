import { decodeModel, encodeModel } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import { members } from "../../core/ledger/masks.ts";
import type { FinalRound, TaskView } from "../../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import { initialModel } from "../../core/task/initialModel.ts";
import type { Effect } from "../../core/round/effects.ts";
import type { PeerEvent } from "../../core/round/events.ts";
import { taskOf } from "../../core/round/state.ts";
import type { PeerContext } from "../components.ts";
import { askHolders, hedge, holdersAt } from "../fetch.ts";
import { HEDGE_MS, sealedLimit, transferLimit, untilIdle, within } from "../limits.ts";
import { mergeStored } from "../mergeStored.ts";

/** Gets a model by its hash: the first one from the task's seed or its creator's sealed copy, later ones from whoever voted for them, else by merging again (R8). */
export async function runObtainModel(
  context: PeerContext,
  effect: Effect & { type: "obtainModel" },
  signal: AbortSignal,
): Promise<PeerEvent> {
  const { disk, logger } = context;
  const { sha256 } = effect;
  if (!(await disk.read("model", sha256))) {
    const bytes = await fetchModel(context, sha256, signal);
    decodeModel(bytes);
    await disk.write("model", bytes);
    logger.info("got the model", { model: sha256 });
  }
  return { type: "modelHeld", sha256 };
}

async function fetchModel(context: PeerContext, sha256: Bytes32, signal: AbortSignal): Promise<Uint8Array> {
  const task = taskOf(context.state);
  const final = task.history.findLast((round) => round.modelHash === sha256);
  const ask = (limit: AbortSignal) =>
    askHolders(context, { kind: "model", taskId: context.taskId, sha256 }, modelHolders(context, task, final), limit);
  if (!final) {
    const made = fromSeed(context, sha256);
    if (made) return made;
    const options = {
      afterMs: HEDGE_MS,
      signal,
      sleep: (ms: number, limit: AbortSignal) => untilIdle(context, ms, context.maxFileBytes, limit),
    };
    return hedge((limit) => firstModel(context, task, limit), ask, options);
  }
  try {
    return await ask(signal);
  } catch (error) {
    signal.throwIfAborted();
    const rebuilt = await rebuild(context, final, signal);
    if (rebuilt) return rebuilt;
    throw error;
  }
}

/** A first model that was made from the task's seed needs nobody who gives it. */
function fromSeed({ document }: PeerContext, sha256: Bytes32): Uint8Array | undefined {
  if ("tensors" in document.model) return undefined;
  const bytes = encodeModel(initialModel(document, document.training.seed));
  return hashOf(bytes) === sha256 ? bytes : undefined;
}

/** Voters hold what they voted for; every other member is asked after them. */
function modelHolders(context: PeerContext, task: TaskView, final: FinalRound | undefined) {
  const voters = final ? members(final.voters).map((member) => task.members[member] as Address) : [task.creator];
  return holdersAt(context, [...new Set([...voters, ...task.members])]);
}

/** The creator's copy in IPFS, sealed to the nodes that were registered when the task was created. */
async function firstModel(context: PeerContext, task: TaskView, signal: AbortSignal): Promise<Uint8Array> {
  const maxBytes = sealedLimit(context.maxFileBytes);
  const from = holdersAt(context, [task.creator, ...task.members]).map(({ peerId }) => peerId);
  const { store, sealer, clock, maxFileBytes } = context;
  const sealed = await within(clock, transferLimit(maxBytes), signal, (limit) =>
    store.get(task.modelCid, { maxBytes, from, signal: limit }),
  );
  const bytes = await sealer.open(sealed, { maxBytes: maxFileBytes });
  if (hashOf(bytes) !== task.params.modelHash) {
    throw new SwarmError(
      "MODEL_WRONG_BYTES",
      `the sealed first model of ${task.creator} is not the file whose hash the council approved`,
      { cid: task.modelCid },
    );
  }
  return bytes;
}

/** Merges again where the base and all included updates are here; undefined where something is missing. */
async function rebuild(context: PeerContext, final: FinalRound, signal: AbortSignal): Promise<Uint8Array | undefined> {
  const { disk, document, logger } = context;
  // Of a round whose files were deleted it is forgotten what was merged.
  if (final.included.length === 0 || !(await disk.has("model", final.base))) return undefined;
  for (const { sha256 } of final.included) if (!(await disk.has("update", sha256))) return undefined;
  const given = { f: document.round.f, seed: final.seen };
  const { bytes, sha256 } = await mergeStored(context, final, given, signal);
  if (sha256 !== final.modelHash) {
    throw new SwarmError(
      "MODEL_WRONG_BYTES",
      `round ${final.round} merged again gives another model than the ledger records: run "swarm audit"`,
      { round: final.round },
    );
  }
  logger.info("rebuilt the model from its updates", { round: final.round, model: final.modelHash });
  return bytes;
}
