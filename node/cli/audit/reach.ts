import { setTimeout as sleep } from "node:timers/promises";
import { SwarmError } from "../../core/errors.ts";
import type { PeerId } from "../../core/primitives.ts";
import type { AdmittedPeer, Network } from "../../ports/network.ts";

/** How long those that answer are let wait for others, milliseconds; then how long it may take until the first one answers. */
const OTHERS_MS = 3_000;
const FIRST_MS = 10_000;
/** The same where a node has no address: it dials by itself, with pauses of up to 30 seconds. */
const DIALLED_MS = 40_000;
const LOOK_MS = 100;
/** A node that stays connected but gives nothing in time is asked again after this long, milliseconds. */
const ASK_AGAIN_MS = 60_000;

interface Failing {
  /** Milliseconds: when it failed first, and last. */
  since: number;
  at: number;
  /** Whether it was connected when it failed last. */
  connected: boolean;
  /** Whether its time is used up. */
  down: boolean;
}

/** Which nodes answer. What was waited for once is not waited for again with each of thousands of files. */
export interface Reach {
  /** Waits, some seconds at most, until these nodes are connected; those that are not are taken to be down. @returns these */
  settle(nodes: readonly AdmittedPeer[], options: SettleOptions): Promise<AdmittedPeer[]>;
  /** It has not answered for long enough, and has not come back since. */
  isDown(node: PeerId): boolean;
  answered(node: PeerId): void;
  /** It could not be asked, for this reason. */
  failed(node: PeerId, reason: unknown): void;
}

export interface SettleOptions {
  signal: AbortSignal;
  /** Is told how many are connected, again and again. */
  onLook?(connected: number): void;
}

/** @param patience milliseconds for which a node may fail before it is down */
export function createReach(
  network: Pick<Network, "connections">,
  patience: number,
  now = () => performance.now(),
): Reach {
  const failing = new Map<PeerId, Failing>();
  const connected = (): Set<PeerId> =>
    new Set(network.connections().flatMap((each) => (each.connected ? [each.peerId] : [])));
  return {
    async settle(nodes, { signal, onLook }) {
      const start = now();
      const first = nodes.some(({ addresses }) => addresses.length === 0) ? DIALLED_MS : FIRST_MS;
      for (;;) {
        const there = connected();
        const away = nodes.filter(({ peerId }) => !there.has(peerId));
        const count = nodes.length - away.length;
        onLook?.(count);
        if (away.length === 0 || now() - start >= (count > 0 ? OTHERS_MS : first)) {
          for (const { peerId } of away) failing.set(peerId, { since: start, at: now(), connected: false, down: true });
          return away;
        }
        await sleep(LOOK_MS, undefined, { signal });
      }
    },
    isDown(node) {
      const state = failing.get(node);
      if (state === undefined || !state.down) return false;
      return !connected().has(node) || (state.connected && now() - state.at < ASK_AGAIN_MS);
    },
    answered: (node) => void failing.delete(node),
    failed(node, reason) {
      // One that let all the time of a transfer pass has had its chance.
      const slow = reason instanceof SwarmError && reason.code === "PEER_TIMEOUT";
      const at = now();
      const { since } = failing.get(node) ?? { since: at };
      failing.set(node, { since, at, connected: connected().has(node), down: slow || at - since >= patience });
    },
  };
}
