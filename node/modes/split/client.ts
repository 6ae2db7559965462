import { SwarmError } from "../../core/errors.ts";
import {
  type FromClient,
  type FromServer,
  parseFromServer,
  SPLIT_PURPOSE,
  SPLIT_VERSION,
} from "../../core/modes/splitMessages.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import type { PeerId } from "../../core/primitives.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import { evaluateEpoch } from "./clientEvaluation.ts";
import type { ClientComponents, ClientContext, Talk } from "./clientContext.ts";
import { beginTurn, refusal, runTurn } from "./clientTurn.ts";
import { Conversation, isOfLine } from "./conversation.ts";
import type { Bytes, SplitObserver } from "./events.ts";
import { partBytes, silenceMs } from "./limits.ts";
import { agreedHash } from "./agreed.ts";
import { partsIn } from "./sealedPart.ts";
import { PART_FILE } from "./serverKept.ts";
import { timeOfDay } from "../timeOfDay.ts";

/** Milliseconds to the first try to reach the server again, and the most between two: the first is less than any step may take. */
const RETRY_MS = { first: 200, most: 2000 };

export interface ClientInit {
  document: TaskDocument;
  server: PeerId;
  /** The model to begin with, in place of the one that the task's seed gives; the server begins with the same. */
  base?: Weights;
  observer?: SplitObserver;
}

/**
 * A client of split learning: holds the layers up to the cut and its rows, and trains when the server says that it is its turn. Waits for a server that
 * is away, for as long as it takes. Resolves when training is over, or `signal` aborts.
 * @throws SwarmError SPLIT_* (the server refuses this node, or does not keep to the protocol), TRAINING_DIVERGED, DISK_*, LEARNER_*, SEAL_*
 */
export async function joinSplit(components: ClientComponents, init: ClientInit, signal: AbortSignal): Promise<void> {
  const { document, server, base, observer = {} } = init;
  const parts = splitPartsOf(document);
  const context: ClientContext = {
    ...components,
    document,
    parts,
    base,
    server,
    observer,
    signal,
    turn: undefined,
    trained: undefined,
  };
  const past: Bytes = { sent: 0, received: 0 };
  let away = false;
  let met = false;
  let pause = RETRY_MS.first;
  for (;;) {
    try {
      const channel = await components.channels.open(server, SPLIT_PURPOSE, { signal });
      const talk: Talk = new Conversation<FromServer, FromClient>(channel, parseFromServer, signal);
      const bytes = (): Bytes => ({
        sent: past.sent + channel.bytes.sent,
        received: past.received + channel.bytes.received,
      });
      try {
        await hello(context, talk);
        if (away)
          observer.back?.({ account: channel.peer.account, text: met ? "the server is back" : "the server is there" });
        away = false;
        met = true;
        pause = RETRY_MS.first;
        await converse(context, talk, bytes);
        await channel.close();
        return;
      } catch (error) {
        channel.abort(error as Error);
        throw error;
      } finally {
        past.sent += channel.bytes.sent;
        past.received += channel.bytes.received;
      }
    } catch (error) {
      if (signal.aborted) return;
      // Line trouble passes; a server that another version or task runs at does not, but is said by other codes.
      if (!isOfLine(error) || (error as SwarmError).code === "PEER_VERSION") throw error;
      if (!away && !met) observer.waiting?.({ text: `waiting for the server: ${(error as Error).message}` });
      if (!away && met) observer.away?.({ text: awayWords(components.clock.now()) });
      away = true;
    }
    await components.clock.sleep(pause, signal).catch(() => undefined);
    pause = Math.min(RETRY_MS.most, 2 * pause);
    if (signal.aborted) return;
  }
}

const awayWords = (since: number): string =>
  `the server is away since ${timeOfDay(since)}; training stands still until it is back; of the epoch under way steps may be taken again`;

async function hello({ part, document, base, parts, turn }: ClientContext, talk: Talk): Promise<void> {
  await talk.send({
    type: "hello",
    version: SPLIT_VERSION,
    task: agreedHash(document, base),
    rows: part.rows.training,
    // Where labels are kept the loss is computed here, and nobody else needs to know how rare a class is.
    ...(part.classWeights === undefined || parts.split.labels === "kept"
      ? {}
      : { classWeights: [...part.classWeights] }),
    ...(turn === undefined ? {} : { at: { epoch: turn.epoch, batch: turn.taken } }),
  });
}

/** Does what the server says, until it says that training is over. */
async function converse(context: ClientContext, talk: Talk, bytes: () => Bytes): Promise<void> {
  const { parts, observer, clock } = context;
  const { split } = parts;
  const limits = { maxBodyBytes: 256 * partBytes(parts).sealed, waitMs: silenceMs(split.stepSeconds) };
  const isAny = (head: FromServer): head is FromServer =>
    head.type !== "gradient" && head.type !== "outputs" && head.type !== "evaluated";
  let told = "";
  let started = clock.now();
  for (;;) {
    const { head, body } = await talk.next(isAny, limits);
    switch (head.type) {
      case "refused":
        throw refusal(head);
      case "wait":
        if (head.text !== told) observer.waiting?.({ text: head.text });
        told = head.text;
        break;
      case "turn":
        started = clock.now();
        await orSay(context, talk, async () =>
          runTurn(context, talk, await beginTurn(context, head.epoch, head.client, partsIn(head.parts, body))),
        );
        break;
      case "continue":
        await goOn(context, talk, head);
        break;
      case "evaluate":
        await orSay(context, talk, () => evaluateEpoch(context, talk, head.epoch, partsIn(head.parts, body)));
        break;
      case "epoch": {
        const { epoch, clients, trainingLoss, figures, finished } = head;
        const part = context.store.path(epoch, PART_FILE);
        observer.epoch?.({
          epoch,
          epochs: split.epochs,
          clients,
          trainingLoss,
          loss: figures?.loss ?? trainingLoss,
          ...(figures === undefined
            ? {}
            : { accuracy: figures.accuracy, ...(figures.auc === undefined ? {} : { auc: figures.auc }) }),
          part,
          bytes: bytes(),
          seconds: (clock.now() - started) / 1000,
        });
        if (finished) {
          observer.finished?.({ epochs: epoch, converged: epoch < split.epochs, part, bytes: bytes() });
          return;
        }
      }
    }
  }
}

async function goOn(
  context: ClientContext,
  talk: Talk,
  { epoch, batch }: { epoch: number; batch: number },
): Promise<void> {
  const { turn } = context;
  if (turn?.epoch === epoch && turn.taken + 1 === batch) return runTurn(context, talk, turn);
  const text = `the server goes on with step ${batch} of epoch ${epoch}, which this node is not at: start it again`;
  throw new SwarmError("SPLIT_PROTOCOL", text, { epoch, batch });
}

/**
 * Tells the server what keeps this node from going on, which ends this node's part in it. A part that was sealed before this node had its licence is no
 * reason to end: the next one will be sealed to it too.
 */
async function orSay({ observer }: ClientContext, talk: Talk, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof SwarmError) || isOfLine(error)) throw error;
    const { code, message } = error;
    await talk.send({ type: "cannot", code: code.slice(0, 64), text: message.slice(0, 2000) }).catch(() => undefined);
    if (code !== "SEAL_NOT_RECIPIENT") throw error;
    observer.waiting?.({
      text: "the part of this epoch was sealed before this node had its keys and licence registered; waiting for the next epoch",
    });
  }
}
