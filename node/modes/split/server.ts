import { SwarmError } from "../../core/errors.ts";
import { splitPartsOf } from "../../core/modes/splitParts.ts";
import { SPLIT_PURPOSE } from "../../core/modes/splitMessages.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import type { PartState } from "../../ports/splitLearner.ts";
import { agreedHash } from "./agreed.ts";
import { evaluateAt } from "./evaluation.ts";
import type { SplitObserver } from "./events.ts";
import { trainEpoch } from "./epoch.ts";
import { tellEpoch } from "./epochEnd.ts";
import { Lobby, type Session } from "./lobby.ts";
import type { ServerComponents, ServerContext } from "./serverContext.ts";
import { firstPart, ONE, PART_FILE, readServerState, type ServerState } from "./serverKept.ts";
import { signsOfLife } from "./pulse.ts";

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
  const lobby = new Lobby({ task: agreedHash(document, init.base), stepSeconds: split.stepSeconds, signal });
  const classes = document.data.label.classes.length;
  const { batchSize } = document.training;
  const context: ServerContext = { ...components, document, parts, batchSize, classes, lobby, observer, signal };
  components.channels.serve(SPLIT_PURPOSE, (channel) => lobby.answer(channel));
  const pulse = signsOfLife(context);
  try {
    let state =
      (await readServerState(components.store, parts.serverSpecs)) ?? first(document, parts.serverSpecs, init.base);
    while (!state.finished) state = await trainEpoch(context, state, pulse);
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
