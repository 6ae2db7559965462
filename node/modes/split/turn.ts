import { SwarmError } from "../../core/errors.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../core/modes/splitFrame.ts";
import type { FromClient } from "../../core/modes/splitMessages.ts";
import type { Address } from "../../core/primitives.ts";
import type { StepPlace } from "../../ports/splitLearner.ts";
import { isOfLine } from "./conversation.ts";
import { partBytes } from "./limits.ts";
import type { Session } from "./lobby.ts";
import { bodyOf, type SealedPart } from "./sealedPart.ts";
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
interface Progress {
  taken: number;
  ready: boolean;
}

/**
 * One client's pass over its rows. A client that goes away is waited for, and goes on behind its last step (S5); where it stays away, or comes back
 * without its turn, the copy is put back to the turn's beginning.
 * @returns undefined where there was no turn in the end
 */
export async function serveTurn(context: ServerContext, turn: TurnInit): Promise<TurnResult | undefined> {
  const { lobby, part, observer, parts, signal } = context;
  const before = await part.state(turn.copy);
  const progress: Progress = { taken: 0, ready: false };
  let session = lobby.get(turn.account);
  let begun = false;
  for (;;) {
    if (session !== undefined) {
      try {
        begun = begun && (await goesOn(context, session, turn, progress));
        if (!begun) await begin(context, session, turn, progress, before);
        begun = true;
        return await steps(context, session, turn, progress);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SwarmError) || error.code.startsWith("LEARNER_")) throw error;
        if (!isOfLine(error)) {
          await session.talk.send({ type: "refused", code: error.code, text: error.message }).catch(() => undefined);
          await session.talk.channel.close();
          session.end(error);
          observer.away?.({ account: turn.account, text: `left out of epoch ${turn.epoch}: ${error.message}` });
          break;
        }
        session.end(error);
        const text = `went away in epoch ${turn.epoch}, behind step ${progress.taken}; waiting ${parts.split.stepSeconds} s for it`;
        observer.away?.({ account: turn.account, text });
      }
    }
    const patience = AbortSignal.any([signal, AbortSignal.timeout(1000 * parts.split.stepSeconds)]);
    await lobby.until(() => lobby.get(turn.account) !== undefined, patience).catch(() => signal.throwIfAborted());
    session = lobby.get(turn.account);
    if (session === undefined) {
      observer.away?.({ account: turn.account, text: `stayed away: epoch ${turn.epoch} goes on without it` });
      break;
    }
    observer.back?.({ account: turn.account, text: `is back in epoch ${turn.epoch}` });
  }
  await part.load(turn.copy, before);
  return undefined;
}

/** Whether a client that is back knows its turn: then it goes on with the step behind the last one that both sides took. */
async function goesOn(
  { part }: ServerContext,
  { hello, talk }: Session,
  { epoch, copy }: TurnInit,
  progress: Progress,
): Promise<boolean> {
  const { at } = hello;
  if (at?.epoch !== epoch) return false;
  if (progress.ready && at.batch === progress.taken + 1) {
    await part.apply(copy);
    progress.taken += 1;
  } else if (at.batch !== progress.taken) return false;
  else await part.discard(copy);
  progress.ready = false;
  await talk.send({ type: "continue", epoch, batch: progress.taken + 1 });
  return true;
}

async function begin(
  { part }: ServerContext,
  session: Session,
  { epoch, client, copy, parts, first }: TurnInit,
  progress: Progress,
  before: Awaited<ReturnType<ServerContext["part"]["state"]>>,
): Promise<void> {
  if (progress.taken > 0 || progress.ready) await part.load(copy, before);
  progress.taken = 0;
  progress.ready = false;
  const held = first && epoch > 1 && session.holds === epoch - 1 ? [] : parts;
  await session.talk.send(
    { type: "turn", epoch, client, parts: held.map(({ weight, bytes }) => ({ weight, bytes: bytes.length })) },
    bodyOf(held),
  );
}

async function steps(
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
