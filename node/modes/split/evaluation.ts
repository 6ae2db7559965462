import { SwarmError } from "../../core/errors.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../core/modes/splitFrame.ts";
import type { FromClient } from "../../core/modes/splitMessages.ts";
import type { Evaluation } from "../../ports/learner.ts";
import { evaluatedRows } from "./limits.ts";
import type { Session } from "./lobby.ts";
import { bodyOf, type SealedPart } from "./sealedPart.ts";
import type { ServerContext } from "./serverContext.ts";
import { cannot } from "./steps.ts";

type Smashed = Extract<FromClient, { type: "smashed" }>;
type Figures = Extract<FromClient, { type: "figures" }>;
type Cannot = Extract<FromClient, { type: "cannot" }>;

/**
 * Has a client evaluate the epoch's model on its validation rows, through the cut: the server gives outputs for activations, the client compares with its
 * labels, which stay with it (S7). The client keeps the epoch's part then. One that cannot counts for nothing.
 * @param parts the client part as of the epoch's end; none for a client that has it already
 */
export async function evaluateAt(
  context: ServerContext,
  session: Session,
  epoch: number,
  copy: string,
  parts: readonly SealedPart[],
): Promise<Evaluation | undefined> {
  const { signal, observer } = context;
  try {
    const figures = await evaluate(context, session, epoch, copy, parts);
    session.holds = epoch;
    return figures;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SwarmError) || error.code.startsWith("LEARNER_")) throw error;
    session.end(error);
    observer.away?.({ account: session.account, text: `no evaluation of epoch ${epoch} by it: ${error.message}` });
    return undefined;
  }
}

async function evaluate(
  { part, parts: { split, ...shapes } }: ServerContext,
  { talk }: Session,
  epoch: number,
  copy: string,
  parts: readonly SealedPart[],
): Promise<Evaluation | undefined> {
  const { cutShape, outputShape } = shapes;
  const lengths = parts.map(({ weight, bytes }) => ({ weight, bytes: bytes.length }));
  await talk.send({ type: "evaluate", epoch, parts: lengths }, bodyOf(parts));
  const most: FrameShape = { encoding: split.activations, rows: evaluatedRows(shapes), shape: cutShape, labels: false };
  const limits = { maxBodyBytes: frameBytes(most), waitMs: 1000 * split.stepSeconds };
  const isDue = (head: FromClient): head is Smashed | Figures | Cannot =>
    head.type === "cannot" || ((head.type === "smashed" || head.type === "figures") && head.epoch === epoch);
  for (;;) {
    const { head, body } = await talk.next(isDue, limits);
    if (head.type === "cannot") throw cannot(head);
    if (head.type === "figures") return evaluationOf(head.figures);
    const frame = { ...most, rows: Math.min(head.rows, most.rows) };
    const { values: activations } = decodeFrame(frame, body);
    const outputs = await part.outputs(copy, { activations, rows: frame.rows });
    await talk.send(
      { type: "evaluated", epoch, from: head.from },
      encodeFrame({ ...frame, shape: outputShape }, outputs),
    );
  }
}

function evaluationOf(figures: Figures["figures"]): Evaluation | undefined {
  if (figures === undefined) return undefined;
  const { rows, loss, accuracy, auc } = figures;
  return { rows, loss, accuracy, ...(auc === undefined ? {} : { auc }) };
}
