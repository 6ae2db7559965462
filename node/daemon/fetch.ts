import { SwarmError } from "../core/errors.ts";
import type { Address, PeerId } from "../core/primitives.ts";
import type { FileRequest } from "../ports/network.ts";
import type { PeerContext } from "./components.ts";
import { patience, transferLimit, within } from "./limits.ts";

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
 * @throws SwarmError FILE_NOT_HELD naming who was asked and what each said
 */
export async function askHolders(
  context: PeerContext,
  request: FileRequest,
  holders: Holder[],
  signal: AbortSignal,
): Promise<Uint8Array> {
  const answers: string[] = [];
  const { network, clock, maxFileBytes: maxBytes } = context;
  const notHeld = () =>
    new SwarmError(
      "FILE_NOT_HELD",
      `no member gave the ${request.kind} ${request.sha256}; asked: ${answers.join("; ") || "nobody is known to hold it"}`,
      { ...request, answers },
    );
  const askFrom = async (index: number, until: AbortSignal): Promise<Uint8Array> => {
    const holder = holders[index];
    if (!holder) throw notHeld();
    const ask = async (limit: AbortSignal) => {
      try {
        return await within(clock, transferLimit(maxBytes), limit, (stop) =>
          network.requestFile(holder.peerId, request, { maxBytes, signal: stop }),
        );
      } catch (error) {
        answers.push(`${holder.account}: ${error instanceof Error ? error.message : String(error)}`);
        throw error;
      }
    };
    const sleep = (ms: number, limit: AbortSignal) => clock.sleep(ms, limit);
    return hedge(ask, (limit) => askFrom(index + 1, limit), { afterMs: patience(maxBytes), signal: until, sleep });
  };
  return askFrom(0, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    // The last to fail may be an earlier holder; every answer is in by now.
    throw error instanceof SwarmError && error.code === "FILE_NOT_HELD" ? notHeld() : error;
  });
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
