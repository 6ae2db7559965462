import { SwarmError } from "../../core/errors.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../core/modes/splitFrame.ts";
import type { FromClient } from "../../core/modes/splitMessages.ts";
import type { Address } from "../../core/primitives.ts";
import type { StepPlace } from "../../ports/splitLearner.ts";
import { partBytes } from "./limits.ts";
import type { Session } from "./lobby.ts";
import type { SealedPart } from "./sealedPart.ts";
import type { ServerContext } from "./serverContext.ts";

type Step = Extract<FromClient, { type: "step" }>;
type OutputGradient = Extract<FromClient, { type: "output-gradient" }>;
type Done = Extract<FromClient, { type: "turn-done" }>;
type Cannot = Extract<FromClient, { type: "cannot" }>;

export interface TurnInit {
  epoch: number;
  account: Address;
  /** Position among the epoch's clients. */
  client: number;
  /** Which copy of the server's part it trains. */
  copy: string;
  /** The client part it begins with; averaged where there are several, the task's first where there is none. */
  parts: readonly SealedPart[];
  /** Whether these are the parts of the epoch before, which whoever was in that one holds. */
  first: boolean;
}

export interface TurnResult {
  account: Address;
  copy: string;
  part: SealedPart;
  /** Mean training loss of the turn. */
  loss: number;
}

/** Where a turn is: steps that the copy took, and one that is ready and taken once the client says that it took its own half (S4). */
export interface Progress {
  taken: number;
  ready: boolean;
}

/** Serves steps until the client is done with its rows. */
export async function serveSteps(
  context: ServerContext,
  session: Session,
  turn: TurnInit,
  progress: Progress,
): Promise<TurnResult> {
  const { part, parts, batchSize } = context;
  const { split, cutShape } = parts;
  const { epoch, copy } = turn;
  const batches = Math.ceil(session.hello.rows / batchSize);
  const frame: FrameShape = {
    encoding: split.activations,
    rows: batchSize,
    shape: cutShape,
    labels: split.labels === "shared",
  };
  const limits = { waitMs: 1000 * split.stepSeconds };
  for (;;) {
    const last = progress.taken + (progress.ready ? 1 : 0);
    const isDue = (head: FromClient): head is Step | Done | Cannot =>
      (head.type === "step" && head.epoch === epoch && head.batch === last + 1 && last < batches) ||
      (head.type === "turn-done" && head.epoch === epoch && last === batches) ||
      head.type === "cannot";
    const maxBodyBytes = last < batches ? frameBytes(frame) : partBytes(parts).sealed;
    const { head, body } = await session.talk.next(isDue, { ...limits, maxBodyBytes });
    if (head.type === "cannot") throw cannot(head);
    // That it says something behind the step means that it took its half of it.
    if (progress.ready) {
      await part.apply(copy);
      progress.taken += 1;
      progress.ready = false;
    }
    if (head.type === "turn-done") {
      return { account: turn.account, copy, part: { weight: session.hello.rows, bytes: body }, loss: head.loss };
    }
    await step(
      context,
      session,
      turn,
      { epoch, batch: head.batch, client: turn.client },
      { ...frame, rows: dueRows(head, session, batchSize) },
      body,
    );
    progress.ready = true;
  }
}

/** What a client said about itself; its code is only shown, since others decide how this side goes on. */
export const cannot = ({ code, text }: Cannot): SwarmError =>
  new SwarmError("SPLIT_CLIENT_FAILED", `the client cannot go on: ${code}: ${text}`, { code });

/** @throws SwarmError SPLIT_PROTOCOL where a batch has other rows than the task and the client's own count say */
function dueRows({ rows, batch }: Step, { hello }: Session, batchSize: number): number {
  const due = Math.min(batchSize, hello.rows - (batch - 1) * batchSize);
  if (rows === due) return due;
  throw new SwarmError(
    "SPLIT_PROTOCOL",
    `batch ${batch} came with ${rows} rows where ${due} are due: both sides need the same task`,
    { rows, due },
  );
}

/** Forward and back; the gradient at the cut goes to the client, the server's own step is held ready. */
async function step(
  context: ServerContext,
  session: Session,
  { copy }: TurnInit,
  place: StepPlace,
  frame: FrameShape,
  body: Uint8Array,
): Promise<void> {
  const { part, parts, classes } = context;
  const { rows, encoding } = frame;
  const { values: activations, labels } = decodeFrame(frame, body, classes);
  const { epoch, batch } = place;
  const { hello, talk } = session;
  const back: FrameShape = { ...frame, labels: false };
  if (parts.split.labels === "shared") {
    const { loss, gradient } = await part.loss(
      copy,
      place,
      { activations, rows, labels },
      hello.rows,
      hello.classWeights,
    );
    return talk.send({ type: "gradient", epoch, batch, loss }, encodeFrame(back, gradient));
  }
  const outputs = await part.forward(copy, place, { activations, rows }, hello.rows);
  const across: FrameShape = { encoding, rows, shape: parts.outputShape, labels: false };
  await talk.send({ type: "outputs", epoch, batch }, encodeFrame(across, outputs));
  const isDue = (head: FromClient): head is OutputGradient =>
    head.type === "output-gradient" && head.epoch === epoch && head.batch === batch;
  const said = await talk.next(isDue, { maxBodyBytes: frameBytes(across), waitMs: 1000 * parts.split.stepSeconds });
  const { values } = decodeFrame(across, said.body);
  return talk.send({ type: "gradient", epoch, batch }, encodeFrame(back, await part.backward(copy, values)));
}
