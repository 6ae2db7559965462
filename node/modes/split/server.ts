import { SwarmError } from "../../core/errors.ts";
import { averageParts } from "../../core/modes/averageParts.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { SPLIT_PURPOSE } from "../../core/modes/splitMessages.ts";
import { sha256 } from "../../core/hash.ts";
import type { Address } from "../../core/primitives.ts";
import { canonicalDocument, type TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import type { PartState } from "../../ports/splitLearner.ts";
import { evaluateAt } from "./evaluation.ts";
import { type EpochEvent, meanFigures, type SplitObserver } from "./events.ts";
import { Lobby, type Session } from "./lobby.ts";
import type { SealedPart } from "./sealedPart.ts";
import type { ServerComponents, ServerContext } from "./serverContext.ts";
import { firstPart, keepServerState, PART_FILE, readServerState, type ServerState } from "./serverKept.ts";
import { serveTurn, type TurnResult } from "./turn.ts";

/** The one copy of the server's part where clients take turns. */
const ONE = "one";

export interface ServerInit {
  document: TaskDocument;
  /** The model to begin with, in place of the one that the task's seed gives. */
  base?: Weights;
  observer?: SplitObserver;
  /** Resolve when the training is over, instead of when `signal` aborts. */
  once: boolean;
}

/**
 * The server of split learning: holds the layers behind the cut, and lets clients train, epoch by epoch (docs/SPLIT.md). Goes on from what it kept last.
 * @throws SwarmError TASK_NO_SPLIT, SPLIT_KEPT_DAMAGED, DISK_*, LEARNER_*
 */
export async function serveSplit(components: ServerComponents, init: ServerInit, signal: AbortSignal): Promise<void> {
  const { document, observer = {} } = init;
  const parts = splitPartsOf(document);
  const { split } = parts;
  const lobby = new Lobby({ task: sha256(canonicalDocument(document)), stepSeconds: split.stepSeconds, signal });
  const classes = document.data.label.classes.length;
  const { batchSize } = document.training;
  const context: ServerContext = { ...components, document, parts, batchSize, classes, lobby, observer, signal };
  components.channels.serve(SPLIT_PURPOSE, (channel) => lobby.answer(channel));
  const pulse = signsOfLife(context);
  try {
    let state =
      (await readServerState(components.store, parts.serverSpecs)) ?? first(document, parts.serverSpecs, init.base);
    while (!state.finished) state = await epochOf(context, state, pulse);
    finish(context, state);
    pulse.say("training is over");
    if (!init.once) await lateOnes(context, state);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    components.channels.serve(SPLIT_PURPOSE, undefined);
    pulse.stop();
    // What was sent last is still on its way: a channel that is closed, not ended, delivers it.
    await Promise.all(lobby.sessions().map(({ talk }) => talk.channel.close()));
    lobby.close(new SwarmError("PEER_CLOSED", "the server stopped"));
  }
}

const first = (doc: TaskDocument, specs: Weights["specs"], base?: Weights): ServerState => ({
  epoch: 0,
  copies: new Map([[ONE, firstPart(doc, specs, base)]]),
  clientParts: [],
  best: undefined,
  stale: 0,
  finished: false,
});

/** One epoch, begun again until enough clients finished their turns in it (S6). */
async function epochOf(context: ServerContext, state: ServerState, pulse: Pulse): Promise<ServerState> {
  const { parts, lobby, observer, clock } = context;
  const { minClients, clients: order } = parts.split;
  const epoch = state.epoch + 1;
  for (;;) {
    const here = (): Session[] => lobby.sessions();
    if (here().length < minClients) {
      const text = `waiting for clients: ${here().length} of at least ${minClients} are here for epoch ${epoch}`;
      observer.waiting?.({ text });
      pulse.say(text);
      await lobby.until(() => here().length >= minClients);
    }
    const started = clock.now();
    const sessions = here();
    pulse.say(
      `epoch ${epoch} of ${parts.split.epochs}: ${sessions.length} clients ${order === "inTurn" ? "train one after another" : "train"}`,
    );
    const results =
      order === "inTurn" ? await inTurn(context, state, sessions) : await parallel(context, state, sessions);
    if (results.length >= minClients) return endOf(context, state, results, started);
    observer.waiting?.({
      text: `epoch ${epoch} has ${results.length} clients of at least ${minClients}: it is begun again from what was kept`,
    });
  }
}

/** One after another on one copy; the client part goes from hand to hand. */
async function inTurn(context: ServerContext, state: ServerState, sessions: Session[]): Promise<TurnResult[]> {
  await context.part.load(ONE, state.copies.get(ONE) as PartState);
  const results: TurnResult[] = [];
  for (const [client, { account }] of sessions.entries()) {
    const last = results.at(-1);
    const parts = last === undefined ? state.clientParts : [{ ...last.part, weight: 1 }];
    const result = await serveTurn(context, {
      epoch: state.epoch + 1,
      account,
      client,
      copy: ONE,
      parts,
      first: last === undefined,
    });
    if (result !== undefined) results.push(result);
  }
  return results;
}

/** All at once, each on a copy of its own from the same beginning (SplitFed's first version, averaged once an epoch). */
async function parallel(context: ServerContext, state: ServerState, sessions: Session[]): Promise<TurnResult[]> {
  const [start] = state.copies.values();
  if (start === undefined) throw new Error("the server has no part");
  const turns = sessions.map(async ({ account }, client) => {
    // Values are the same in all copies; the optimizer is each one's own, and fresh for a client that is new.
    await context.part.load(account, state.copies.get(account) ?? { ...start, moments: [], steps: 0 });
    return serveTurn(context, {
      epoch: state.epoch + 1,
      account,
      client,
      copy: account,
      parts: state.clientParts,
      first: true,
    });
  });
  return (await Promise.all(turns)).filter((result) => result !== undefined);
}

/** Averages what was trained at once, has it evaluated, and keeps it. */
async function endOf(
  context: ServerContext,
  state: ServerState,
  results: TurnResult[],
  started: number,
): Promise<ServerState> {
  const { parts, part, store, observer, lobby, clock } = context;
  const { split, serverSpecs } = parts;
  const epoch = state.epoch + 1;
  const isInTurn = split.clients === "inTurn";
  const states = new Map<string, PartState>();
  for (const { copy } of results) states.set(copy, await part.state(copy));
  const copies = isInTurn ? states : averaged(states, results, state);
  const [first] = copies.values();
  const last = results.at(-1) as TurnResult;
  const clientParts: SealedPart[] = isInTurn ? [{ ...last.part, weight: 1 }] : results.map((result) => result.part);
  await part.load(ONE, first as PartState);
  const holdsIt = (account: Address): boolean =>
    isInTurn ? account === last.account : results.length === 1 && account === last.account;
  const found = await Promise.all(
    lobby
      .sessions()
      .map((session) => evaluateAt(context, session, epoch, ONE, holdsIt(session.account) ? [] : clientParts)),
  );
  const figures = meanFigures(found.filter((each) => each !== undefined));
  const trainingLoss =
    results.reduce((sum, { loss, part: { weight } }) => sum + loss * weight, 0) /
    results.reduce((sum, { part: { weight } }) => sum + weight, 0);
  const loss = figures?.loss ?? trainingLoss;
  const { best, stale } = state;
  const isBetter = best === undefined || loss < best - (split.converged?.minImprovement ?? 0);
  const counted = { best: isBetter ? loss : best, stale: isBetter ? 0 : stale + 1 };
  const converged = split.converged !== undefined && counted.stale >= split.converged.epochs;
  const next: ServerState = { epoch, copies, clientParts, ...counted, finished: converged || epoch >= split.epochs };
  await keepServerState(store, serverSpecs, next);
  const clients = results.map(({ account }) => account);
  await Promise.all(
    lobby
      .sessions()
      .map((session) => tellEpoch(session, { epoch, clients, trainingLoss, figures, finished: next.finished })),
  );
  const event: EpochEvent = {
    epoch,
    epochs: split.epochs,
    clients,
    trainingLoss,
    loss,
    ...(figures === undefined
      ? {}
      : { accuracy: figures.accuracy, ...(figures.auc === undefined ? {} : { auc: figures.auc }) }),
    part: store.path(epoch, PART_FILE),
    bytes: lobby.bytes(),
    seconds: (clock.now() - started) / 1000,
  };
  observer.epoch?.(event);
  return next;
}

/** The mean of all copies' values for each of them; optimizers stay each one's own, those of clients that had no turn too. */
function averaged(
  states: Map<string, PartState>,
  results: readonly TurnResult[],
  { copies }: ServerState,
): Map<string, PartState> {
  const values = averageParts(
    results.map(({ copy, part: { weight } }) => ({ values: (states.get(copy) as PartState).values, weight })),
  );
  return new Map(
    [...copies, ...states].filter(([copy]) => copy !== ONE).map(([copy, state]) => [copy, { ...state, values }]),
  );
}

type Told = Omit<Extract<Parameters<Session["talk"]["send"]>[0], { type: "epoch" }>, "type" | "figures"> & {
  figures: ReturnType<typeof meanFigures>;
};

async function tellEpoch(session: Session, { figures, ...told }: Told): Promise<void> {
  const head = {
    type: "epoch",
    ...told,
    ...(figures === undefined ? {} : { figures: { ...figures, auc: figures.auc } }),
  } as const;
  await session.talk.send(head).catch((error: unknown) => session.end(error as Error));
}

function finish({ store, observer, lobby, parts }: ServerContext, { epoch }: ServerState): void {
  observer.finished?.({
    epochs: epoch,
    converged: epoch < parts.split.epochs,
    part: store.path(epoch, PART_FILE),
    bytes: lobby.bytes(),
  });
}

/** Gives those that come when all is over the last epoch's part, and tells them. */
async function lateOnes(context: ServerContext, { epoch, clientParts, copies }: ServerState): Promise<void> {
  const { lobby } = context;
  await context.part.load(ONE, [...copies.values()][0] as PartState);
  const isLate = (session: Session): boolean => session.holds < epoch;
  for (;;) {
    await lobby.until(() => lobby.sessions().some(isLate));
    for (const session of lobby.sessions().filter(isLate)) {
      const figures = await evaluateAt(context, session, epoch, ONE, clientParts);
      await tellEpoch(session, { epoch, clients: [], trainingLoss: 0, figures, finished: true });
    }
  }
}

interface Pulse {
  say(text: string): void;
  stop(): void;
}

/** Tells all clients what is going on, when it changes and as often as a step may take, so that silence means that the server is gone. */
function signsOfLife({ lobby, parts, clock, signal }: ServerContext): Pulse {
  let text = "waiting for the server to begin";
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  void (async () => {
    for (;;) {
      await clock.sleep(1000 * parts.split.stepSeconds, until);
      await lobby.tell(text);
    }
  })().catch(() => undefined);
  return {
    say(next) {
      text = next;
      void lobby.tell(text);
    },
    stop: () => stop.abort(new SwarmError("STOPPING", "the server stops")),
  };
}
