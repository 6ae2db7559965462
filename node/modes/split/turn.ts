import { SwarmError } from "../../core/errors.ts";
import { isOfLine } from "./conversation.ts";
import type { Session } from "./lobby.ts";
import { bodyOf } from "./sealedPart.ts";
import type { ServerContext } from "./serverContext.ts";
import { type Progress, serveSteps, type TurnInit, type TurnResult } from "./steps.ts";

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
        return await serveSteps(context, session, turn, progress);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof SwarmError) || error.code.startsWith("LEARNER_")) throw error;
        if (!isOfLine(error)) {
          // Whoever said itself that it cannot go on knows, and may come again for the next epoch.
          if (error.code !== "SPLIT_CLIENT_FAILED")
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
