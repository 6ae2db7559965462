import { encodeWeights } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { encodeTraining } from "../../core/modes/partFile.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../core/modes/splitFrame.ts";
import type { FromServer } from "../../core/modes/splitMessages.ts";
import { sizeOf } from "../../core/modes/splitParts.ts";
import type { ClientContext, Talk } from "./clientContext.ts";
import { keptState, openParts, TRAINING_FILE } from "./clientTurn.ts";
import { evaluatedRows } from "./limits.ts";
import type { SealedPart } from "./sealedPart.ts";
import { dropTraining, PART_FILE } from "./serverKept.ts";

type Evaluated = Extract<FromServer, { type: "evaluated" }>;

/** Takes over the client part as of the epoch's end, evaluates it through the cut on the validation rows, and keeps it. */
export async function evaluateEpoch(
  context: ClientContext,
  talk: Talk,
  epoch: number,
  parts: readonly SealedPart[],
): Promise<void> {
  const { part } = context;
  context.turn = undefined;
  const own = context.trained?.epoch === epoch ? context.trained : await keptState(context, epoch - 1);
  const before = parts.length === 0 ? (await part.state()).values : await openParts(context, parts);
  const state = { values: before, moments: own?.moments ?? [], steps: own?.steps ?? 0 };
  await part.load(state);
  await keep(context, epoch, state);
  const outputs = await throughCut(context, talk, epoch);
  const found = await part.figures(outputs);
  const figures = found === undefined ? {} : { figures: { ...found, auc: found.auc } };
  await talk.send({ type: "figures", epoch, ...figures });
}

async function throughCut({ part, parts }: ClientContext, talk: Talk, epoch: number): Promise<Float32Array> {
  const { split, cutShape, outputShape } = parts;
  const total = part.rows.validation;
  const width = sizeOf(outputShape);
  const all = new Float32Array(total * width);
  for (let from = 0; from < total;) {
    const { activations, rows } = await part.smash(from, evaluatedRows(parts));
    const frame: FrameShape = { encoding: split.activations, rows, shape: cutShape, labels: false };
    await talk.send({ type: "smashed", epoch, from, rows }, encodeFrame(frame, activations));
    const back: FrameShape = { ...frame, shape: outputShape };
    const isDue = (head: FromServer): head is Evaluated =>
      head.type === "evaluated" && head.epoch === epoch && head.from === from;
    const { body } = await talk.next(isDue, { maxBodyBytes: frameBytes(back), waitMs: 1000 * split.stepSeconds });
    all.set(decodeFrame(back, body).values, from * width);
    from += rows;
  }
  return all;
}

/** Before the evaluation, so that a client that goes away in it has the epoch's part. */
async function keep(
  { store, parts }: ClientContext,
  epoch: number,
  state: Parameters<typeof encodeTraining>[1],
): Promise<void> {
  const { clientSpecs: specs } = parts;
  if (!state.values.every(Number.isFinite))
    throw new SwarmError("TRAINING_DIVERGED", `training diverged in epoch ${epoch}: lower the learning rate`);
  const files = new Map([
    [PART_FILE, encodeWeights({ specs, values: state.values })],
    [TRAINING_FILE, encodeTraining(specs, state)],
  ]);
  await store.keep(epoch, files);
  await dropTraining(store, epoch - 2);
}
