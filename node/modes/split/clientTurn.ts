import { encodeWeights } from "../../core/codec.ts";
import { SwarmError } from "../../core/errors.ts";
import { averageParts } from "../../core/modes/averageParts.ts";
import { decodeTraining } from "../../core/modes/partFile.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../core/modes/splitFrame.ts";
import type { FromServer } from "../../core/modes/splitMessages.ts";
import { decodeWeights } from "../../core/codec.ts";
import { pick } from "../../core/weights/pick.ts";
import type { PartState } from "../../ports/splitLearner.ts";
import type { ClientContext, OpenTurn, Talk } from "./clientContext.ts";
import { partBytes } from "./limits.ts";
import type { SealedPart } from "./sealedPart.ts";
import { firstPart } from "./serverKept.ts";

/** What a client keeps of an epoch besides its part: the part with its optimizer's state. */
export const TRAINING_FILE = "training-own.safetensors";

type Gradient = Extract<FromServer, { type: "gradient" }>;
type Outputs = Extract<FromServer, { type: "outputs" }>;
type Refused = Extract<FromServer, { type: "refused" }>;

/** Loads what a turn of this epoch begins with: the part that the server passed on, and this client's own optimizer as of the epoch before. */
export async function beginTurn(
  context: ClientContext,
  epoch: number,
  client: number,
  parts: readonly SealedPart[],
): Promise<OpenTurn> {
  const kept = await keptState(context, epoch - 1);
  const values = parts.length > 0 ? await openParts(context, parts) : kept?.values;
  if (values === undefined && epoch > 1) {
    const text = `the part of epoch ${epoch - 1} is not in ${context.store.path(epoch - 1, TRAINING_FILE)}`;
    throw new SwarmError("SPLIT_KEPT_DAMAGED", `${text}: start this node again, so that the server passes it on`);
  }
  const start = firstPart(context.document, context.parts.clientSpecs, context.base);
  await context.part.load({ values: values ?? start.values, moments: kept?.moments ?? [], steps: kept?.steps ?? 0 });
  context.turn = { epoch, client, taken: 0, loss: 0 };
  return context.turn;
}

/** The rest of a turn: each batch that is left, then the part, sealed for the next client. */
export async function runTurn(context: ClientContext, talk: Talk, turn: OpenTurn): Promise<void> {
  const { part, document, parts, sealer } = context;
  const { epoch } = turn;
  const batches = Math.ceil(part.rows.training / document.training.batchSize);
  while (turn.taken < batches) turn.loss += await takeStep(context, talk, turn);
  const { values, moments, steps } = await part.state();
  context.trained = { epoch, moments, steps };
  const { sealed } = await sealer.seal(encodeWeights({ specs: parts.clientSpecs, values }), [
    sealer.publicKey,
    ...context.recipients(),
  ]);
  await talk.send({ type: "turn-done", epoch, loss: turn.loss / part.rows.training }, sealed);
}

/** One batch there and back. Nothing of this side has changed until the gradient is there. @returns the summed loss */
async function takeStep({ part, parts, signal }: ClientContext, talk: Talk, turn: OpenTurn): Promise<number> {
  const { split, cutShape, outputShape } = parts;
  const place = { epoch: turn.epoch, batch: turn.taken + 1, client: turn.client };
  const { epoch, batch } = place;
  const smashed = await part.forward(place);
  const shared = split.labels === "shared";
  const frame: FrameShape = { encoding: split.activations, rows: smashed.rows, shape: cutShape, labels: shared };
  await talk.send(
    { type: "step", epoch, batch, rows: smashed.rows },
    encodeFrame(frame, smashed.activations, smashed.labels),
  );
  const waitMs = 1000 * split.stepSeconds;
  let ownLoss: number | undefined;
  if (!shared) {
    const across: FrameShape = { ...frame, shape: outputShape, labels: false };
    const isOutputs = (head: FromServer): head is Outputs | Refused =>
      head.type === "refused" || (head.type === "outputs" && head.epoch === epoch && head.batch === batch);
    const { head, body } = await talk.next(isOutputs, { maxBodyBytes: frameBytes(across), waitMs });
    if (head.type === "refused") throw refusal(head);
    const { loss, gradient } = await part.tail(decodeFrame(across, body).values);
    ownLoss = loss;
    await talk.send({ type: "output-gradient", epoch, batch }, encodeFrame(across, gradient));
  }
  const back: FrameShape = { ...frame, labels: false };
  const isGradient = (head: FromServer): head is Gradient | Refused =>
    head.type === "refused" || (head.type === "gradient" && head.epoch === epoch && head.batch === batch);
  const { head, body } = await talk.next(isGradient, { maxBodyBytes: frameBytes(back), waitMs });
  if (head.type === "refused") throw refusal(head);
  const { values } = decodeFrame(back, body);
  signal.throwIfAborted();
  await part.backward(values);
  turn.taken += 1;
  return ownLoss ?? head.loss ?? 0;
}

/** @throws SwarmError SEAL_*, FILE_*, WEIGHTS_DIFFER */
export async function openParts(
  { sealer, parts }: ClientContext,
  sealed: readonly SealedPart[],
): Promise<Float32Array> {
  const opened: { values: Float32Array; weight: number }[] = [];
  for (const { weight, bytes } of sealed) {
    const file = await sealer.open(bytes, { maxBytes: partBytes(parts).open });
    const { values } = pick(parts.clientSpecs, [decodeWeights(file)]);
    if (!values.every(Number.isFinite))
      throw new SwarmError(
        "SPLIT_NOT_FINITE",
        "a client's part has numbers that are not finite: the client that trained it has to look at its rows",
      );
    opened.push({ values, weight });
  }
  return averageParts(opened);
}

/** What this client kept at the end of an epoch; of an earlier one where it had no part in that. */
export async function keptState({ store, parts }: ClientContext, epoch: number): Promise<PartState | undefined> {
  const bytes = epoch < 1 ? undefined : await store.read(epoch, TRAINING_FILE);
  return bytes === undefined ? undefined : decodeTraining(parts.clientSpecs, bytes);
}

/** What the server said no with. */
export const refusal = ({ code, text }: Refused): SwarmError =>
  new SwarmError(/^SPLIT_[A-Z_]{1,40}$/.test(code) ? code : "SPLIT_REFUSED", `the server refuses this node: ${text}`);
