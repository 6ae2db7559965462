import type { Libp2p } from "@libp2p/interface";
import type { PeerId } from "../../core/primitives.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Admission } from "./admission.ts";

export interface RedialOptions {
  /** Milliseconds before the second attempt; each further one waits twice as long. */
  firstDelayMs: number;
  /** Longest wait between attempts, milliseconds. Must not be below `firstDelayMs`. */
  maxDelayMs: number;
  /** How long one attempt may take, milliseconds. */
  attemptMs: number;
}

export const defaultRedialOptions: RedialOptions = { firstDelayMs: 250, maxDelayMs: 30_000, attemptMs: 10_000 };

/** Keeps admitted peers connected: dials when one is admitted or lost, and again with growing pauses while that fails. */
export interface Redialer {
  /** Dials a peer now, whatever pause it was in. */
  dial(peerId: PeerId): void;
  /** Gives up on a peer. */
  forget(peerId: PeerId): void;
  close(): void;
}

/** libp2p's own reconnecting stops for good after a few attempts; a clinic's line can be down for a night. */
export function createRedialer(
  { libp2p, admission, logger }: { libp2p: Libp2p; admission: Admission; logger: Logger },
  options: RedialOptions = defaultRedialOptions,
): Redialer {
  const closing = new AbortController();
  const timers = new Map<PeerId, NodeJS.Timeout>();
  const failures = new Map<PeerId, number>();
  const dialling = new Set<PeerId>();

  function schedule(peerId: PeerId): void {
    if (closing.signal.aborted || timers.has(peerId) || admission.get(peerId) === undefined) return;
    const count = failures.get(peerId) ?? 0;
    failures.set(peerId, count + 1);
    const delay = Math.min(options.maxDelayMs, options.firstDelayMs * 2 ** count);
    // Peers that lost each other would dial at the same moment, every time.
    const jittered = delay * (0.5 + Math.random() / 2);
    timers.set(peerId, setTimeout(attempt, jittered, peerId));
  }

  function attempt(peerId: PeerId): void {
    clearTimeout(timers.get(peerId));
    timers.delete(peerId);
    const admitted = admission.get(peerId);
    if (admitted === undefined || admitted.addresses.length === 0) return;
    if (dialling.has(peerId) || isConnected(libp2p, peerId)) return;
    dialling.add(peerId);
    const signal = AbortSignal.any([closing.signal, AbortSignal.timeout(options.attemptMs)]);
    libp2p
      .dial(admitted.addresses, { signal })
      .catch((error: unknown) => {
        logger.debug("A peer could not be dialled; trying again", { peerId, error: String(error) });
      })
      .finally(() => {
        dialling.delete(peerId);
        if (!isConnected(libp2p, peerId)) schedule(peerId);
      });
  }

  const onDisconnect = ({ detail }: { detail: { toString(): string } }): void => schedule(detail.toString());
  // A dial that resolves proves nothing, the other side may cut us off right after; one that answers has admitted us.
  const onIdentify = ({ detail }: { detail: { peerId: { toString(): string } } }): void => {
    failures.delete(detail.peerId.toString());
  };
  libp2p.addEventListener("peer:disconnect", onDisconnect);
  libp2p.addEventListener("peer:identify", onIdentify);

  return {
    dial: attempt,
    forget(peerId) {
      clearTimeout(timers.get(peerId));
      timers.delete(peerId);
      failures.delete(peerId);
    },
    close() {
      closing.abort(new Error("the network is closing"));
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
      libp2p.removeEventListener("peer:disconnect", onDisconnect);
      libp2p.removeEventListener("peer:identify", onIdentify);
    },
  };
}

export function isConnected(libp2p: Libp2p, peerId: PeerId): boolean {
  return libp2p
    .getConnections()
    .some((connection) => connection.status === "open" && connection.remotePeer.toString() === peerId);
}
