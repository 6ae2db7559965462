import { SwarmError } from "../core/errors.ts";
import type { Address, PeerId } from "../core/primitives.ts";
import type { FileRequest } from "../ports/network.ts";
import type { PeerContext } from "./components.ts";
import { ASK_AGAIN_FIRST_MS, ASK_AGAIN_LAST_MS, patience, transferLimit, untilIdle, within } from "./limits.ts";

/** A member to ask, by account so that log lines name it. */
export interface Holder {
  account: Address;
  peerId: PeerId;
}

/** Peers of accounts as they are registered now; accounts without a registration and this node itself are left out. */
export function holdersAt(context: PeerContext, accounts: readonly Address[]): Holder[] {
  const { registrations } = context.state.view.registry;
  return accounts.flatMap((account) => {
    const peerId = account === context.account ? undefined : registrations.get(account)?.peerId;
    return peerId ? [{ account, peerId }] : [];
  });
}

/**
 * Asks holders for an opened file, by its hash, until one gives it (R5): the next one when one refuses, or is slow. One that hangs until the
 * time limit must not use up the phase.
 * @param until as long as it has not aborted, each holder that did not give the file is asked again, after growing pauses of its own: it may
 *   be about to hold it, and nobody who hangs keeps it from being asked
 * @throws SwarmError FILE_NOT_HELD naming who was asked and what each said last
 */
export async function askHolders(
  context: PeerContext,
  request: FileRequest,
  holders: Holder[],
  signal: AbortSignal,
  until?: AbortSignal,
): Promise<Uint8Array> {
  const answers = new Map<Address, string>();
  const stop = new AbortController();
  const all = AbortSignal.any([signal, stop.signal]);
  const askFrom = (index: number): Promise<Uint8Array> => {
    const holder = holders[index];
    if (!holder) return Promise.reject(new Error("nobody is left to be asked"));
    const answered = Promise.withResolvers<void>();
    const onAnswer = (text: string) => {
      answers.set(holder.account, text);
      answered.resolve();
    };
    const bytes = context.maxFileBytes[request.kind];
    const slow = untilIdle(context, patience(bytes), bytes, all);
    const others = Promise.race([slow, answered.promise]).then(() => askFrom(index + 1));
    return Promise.any([askOne(context, request, holder, { signal: all, until, onAnswer }), others]);
  };
  try {
    return await askFrom(0);
  } catch {
    signal.throwIfAborted();
    const said = [...answers].map(([account, text]) => `${account}: ${text}`);
    throw new SwarmError(
      "FILE_NOT_HELD",
      `no member gave the ${request.kind} ${request.sha256}; asked: ${said.join("; ") || "nobody is known to hold it"}`,
      { ...request, answers: said },
    );
  } finally {
    stop.abort(new Error("nothing is asked for any more"));
  }
}

/** Asks one holder, again and again while `until` has not aborted; `onAnswer` is told of every failure. @throws its last failure */
async function askOne(
  { network, clock, maxFileBytes }: PeerContext,
  request: FileRequest,
  { peerId }: Holder,
  {
    signal,
    until,
    onAnswer,
  }: { signal: AbortSignal; until?: AbortSignal | undefined; onAnswer: (text: string) => void },
): Promise<Uint8Array> {
  const maxBytes = maxFileBytes[request.kind];
  for (let pause = ASK_AGAIN_FIRST_MS; ; pause = Math.min(2 * pause, ASK_AGAIN_LAST_MS)) {
    try {
      return await within(clock, transferLimit(maxBytes), signal, (limit) =>
        network.requestFile(peerId, request, { maxBytes, signal: limit }),
      );
    } catch (error) {
      signal.throwIfAborted();
      onAnswer(error instanceof Error ? error.message : String(error));
      if (!until || until.aborted) throw error;
    }
    await clock.sleep(pause, AbortSignal.any([signal, until])).catch(() => signal.throwIfAborted());
  }
}

/** Runs `first`; after `afterMs`, or when it fails, `second` too. The first success wins and stops the other. @throws the second's error when both fail */
export async function hedge<T>(
  first: (signal: AbortSignal) => Promise<T>,
  second: (signal: AbortSignal, firstError: unknown) => Promise<T>,
  options: { afterMs: number; signal: AbortSignal; sleep: (ms: number, signal: AbortSignal) => Promise<void> },
): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  let firstError: unknown;
  const leading = first(signal);
  const failed = leading.then(
    () => undefined,
    (error: unknown) => {
      firstError = error;
    },
  );
  const following = Promise.race([options.sleep(options.afterMs, signal), failed]).then(async () => {
    // Where the leader succeeded, `Promise.any` below has its result already and nobody needs to be asked.
    signal.throwIfAborted();
    return second(signal, firstError);
  });
  try {
    return await Promise.any([leading, following]);
  } catch (error) {
    options.signal.throwIfAborted();
    throw error instanceof AggregateError ? error.errors[1] : error;
  } finally {
    stop.abort(new Error("the file came from someone else"));
    following.catch(() => undefined);
  }
}
