import { averageParts } from "../../core/modes/averageParts.ts";
import type { FromServer } from "../../core/modes/splitMessages.ts";
import type { Address } from "../../core/primitives.ts";
import type { PartState } from "../../ports/splitLearner.ts";
import { evaluateAt } from "./evaluation.ts";
import { type EpochEvent, meanFigures } from "./events.ts";
import type { Session } from "./lobby.ts";
import type { SealedPart } from "./sealedPart.ts";
import type { ServerContext } from "./serverContext.ts";
import { keepServerState, ONE, PART_FILE, type ServerState } from "./serverKept.ts";
import type { TurnResult } from "./steps.ts";

/** Averages what was trained at once, has it evaluated, and keeps it. */
export async function endOfEpoch(
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

type Told = Omit<Extract<FromServer, { type: "epoch" }>, "type" | "figures"> & {
  figures: ReturnType<typeof meanFigures>;
};

/** Says how an epoch ended. */
export async function tellEpoch(session: Session, { figures, ...told }: Told): Promise<void> {
  const head = {
    type: "epoch",
    ...told,
    ...(figures === undefined ? {} : { figures: { ...figures, auc: figures.auc } }),
  } as const;
  await session.talk.send(head).catch((error: unknown) => session.end(error as Error));
}
