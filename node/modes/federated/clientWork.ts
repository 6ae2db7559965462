import { decodeModel } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { sha256 as hashOf } from "../../core/hash.ts";
import type { ServerHead } from "../../core/modes/federatedMessages.ts";
import type { ClientFigures } from "../../core/modes/weightedFigures.ts";
import { type Bytes32, PROTOCOL_VERSION } from "../../core/primitives.ts";
import { modelSpecs, tensorSpecs } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import { weightsOf } from "../../core/weights/model.ts";
import { specDifference } from "../../core/weights/specDifference.ts";
import type { TrainingProgress } from "../../ports/learner.ts";
import { makeUpdate } from "../../daemon/makeUpdate.ts";
import type { ClippingWatch } from "../../daemon/ownClipping.ts";
import type { ClientComponents, ClientObserver, FederatedInit } from "./components.ts";
import type { ClientMemory } from "./clientMemory.ts";

export type Ask = ServerHead & { type: "round" };

export interface WorkContext extends ClientComponents, FederatedInit {
  memory: ClientMemory;
  /** Warns where the task's bound takes most of an update away. */
  clipping: ClippingWatch;
  observer: ClientObserver;
  /** Says something to the coordinator, over whatever conversation there is now; nothing where there is none. */
  say(head: Record<string, unknown>, body?: Uint8Array): Promise<void>;
}

/**
 * The weights of a model that the coordinator names, from its message or from this client's disk, where it is kept from then on.
 * @throws SwarmError FEDERATED_MODEL where it is not what was named, or not this task's; FILE_*
 */
export async function takeModel(
  { memory, document }: WorkContext,
  named: Bytes32,
  body: Uint8Array,
  signal: AbortSignal,
): Promise<Weights> {
  const bytes = body.length > 0 ? body : await memory.readModel(named);
  if (bytes === undefined) throw wrongModel(named, "it sent no file, and there is none here");
  const found = hashOf(bytes);
  if (found !== named) throw wrongModel(named, `the file it sent has sha256 ${found}`);
  const model = decodeModel(bytes);
  const difference = specDifference(model.specs, modelSpecs(document));
  if (difference !== undefined) throw wrongModel(named, difference);
  signal.throwIfAborted();
  await memory.keepModel(bytes);
  return weightsOf(model, tensorSpecs(document));
}

const wrongModel = (named: Bytes32, why: string): SwarmError =>
  new SwarmError("FEDERATED_MODEL", `the coordinator names a model ${named}, but ${why}`, { model: named });

/** F3: figures of the model on this client's validation rows; no rows where it keeps none. */
export async function reportFigures(
  { learner, memory, say }: WorkContext,
  weights: Weights,
  { model, round }: { model: Bytes32; round: number },
  signal: AbortSignal,
): Promise<ClientFigures | undefined> {
  const evaluation = await learner.evaluate(weights, { signal, ...(await memory.own(round)) });
  const { rows = 0, loss = 0, accuracy = 0, auc } = evaluation ?? {};
  const given = { rows, loss: Number.isFinite(loss) ? Math.min(loss, 1e30) : 1e30, accuracy };
  await say({ type: "figures", model, ...given, ...(auc === undefined ? {} : { auc }) });
  return evaluation && { ...given, ...(auc === undefined ? {} : { auc }) };
}

/** F5 and F6: evaluates, trains, and sends the update; one that was made before is sent again, the same to the bit. */
export async function workOn(context: WorkContext, ask: Ask, body: Uint8Array, signal: AbortSignal): Promise<void> {
  const { document, task, genesis, ledgerAddress: ledger, account, learner, memory, random, observer, say } = context;
  const { round, base } = ask;
  const start = await takeModel(context, base, body, signal);
  const figures = await reportFigures(context, start, { model: base, round }, signal);
  let update = await memory.update(round, base);
  if (update === undefined) {
    const own = await memory.own(round);
    const onProgress = (progress: TrainingProgress): void => observer.training?.({ ...progress, round });
    const result = await learner.train(start, round, { signal, ...own, onProgress });
    const header = { version: PROTOCOL_VERSION, genesis, ledger, task, round, node: account, base };
    const made = makeUpdate({ document, header, start, random }, result);
    update = made.bytes;
    const warning = context.clipping.look(document, round, made.length);
    if (warning !== undefined) context.logger.warn(warning, { round, ...made.length });
    await memory.keepUpdate(round, base, update, result.own);
    observer.trained?.({ round, base, figures, loss: result.loss, ms: result.ms });
  }
  await say({ type: "update", round, base, sha256: hashOf(update) }, update);
}
