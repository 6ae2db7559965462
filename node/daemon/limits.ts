import { SwarmError } from "../core/errors.ts";
import type { Clock } from "../ports/clock.ts";
import type { Network } from "../ports/network.ts";

/** Limits on what peers can make this daemon wait for, or keep. */

/** Milliseconds after which members that hold a file are asked for it too, while its author is still being asked over IPFS. */
export const HEDGE_MS = 1_500;

/** Pauses between asking members again who do not hold a file yet: doubles from the first to the last. */
export const ASK_AGAIN_FIRST_MS = 1_000;
export const ASK_AGAIN_LAST_MS = 8_000;

/** A transfer may take this long at the least, and for every `SLOWEST_BYTES_PER_MS` bytes one millisecond more. */
const TRANSFER_BASE_MS = 15_000;
const SLOWEST_BYTES_PER_MS = 32;

/** Milliseconds that one transfer of up to `bytes` bytes may take: 32 kB a second is the slowest link that is waited for. */
export const transferLimit = (bytes: number): number => TRANSFER_BASE_MS + Math.ceil(bytes / SLOWEST_BYTES_PER_MS);

/** A holder is given this long before the next one is asked too, and one millisecond more for every `USUAL_BYTES_PER_MS` bytes. */
const PATIENCE_BASE_MS = 2_000;
const USUAL_BYTES_PER_MS = 1_250;

/** Milliseconds after which a holder that has not sent `bytes` bytes counts as slow; must be far below `transferLimit`. */
export const patience = (bytes: number): number => PATIENCE_BASE_MS + Math.ceil(bytes / USUAL_BYTES_PER_MS);

/** One more copy of a file that is not larger costs any line less than waiting. */
const SMALL_BYTES = 262_144;

/**
 * Waits until `ms` have passed in which little came over this node's line; no longer than one transfer of `bytes` bytes may take. While the line is full,
 * asking somebody else for the same file makes every copy of it later.
 */
export async function untilIdle(
  { clock, network }: { clock: Clock; network: Pick<Network, "traffic"> },
  ms: number,
  bytes: number,
  signal: AbortSignal,
): Promise<void> {
  const end = clock.now() + transferLimit(bytes);
  for (let before = network.traffic().received; ;) {
    await clock.sleep(ms, signal);
    const { received } = network.traffic();
    if (bytes <= SMALL_BYTES || received - before < ms * SLOWEST_BYTES_PER_MS || clock.now() >= end) return;
    before = received;
  }
}

/** Bytes that sealing adds at the most: a header per recipient (age's stanzas, 256 members and auditors) and a tag for every 64 KiB. */
export const sealedLimit = (opened: number): number => opened + 512 * 512 + Math.ceil(opened / 65_536 + 1) * 16;

/** Runs `work` with a signal that also aborts after `ms` milliseconds of the daemon's clock. @throws SwarmError TIME_LIMIT */
export async function within<T>(
  clock: Clock,
  ms: number,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = new AbortController();
  const done = new AbortController();
  clock.sleep(ms, AbortSignal.any([signal, done.signal])).then(
    () => limit.abort(new SwarmError("TIME_LIMIT", `not done after ${Math.round(ms / 1000)} seconds`)),
    () => undefined,
  );
  try {
    return await work(AbortSignal.any([signal, limit.signal]));
  } finally {
    done.abort();
  }
}
