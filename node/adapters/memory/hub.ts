import type { PeerId } from "../../core/primitives.ts";
import type { Clock } from "../../ports/clock.ts";

export interface MemoryHubOptions {
  /** Needed only where `delayMs` is set. */
  clock?: Clock;
  /** Milliseconds that a message takes from one peer to another; 0 by default. */
  delayMs?: (from: PeerId, to: PeerId) => number;
  /** Lines that are cut besides those of `partition`; call `changed` when the answers change. */
  isCut?: (a: PeerId, b: PeerId) => boolean;
}

/** The wires between memory networks and stores of one process; tests cut and slow them. */
export interface MemoryHub {
  /** Cuts the line between two peers, or with one argument all lines of a peer. */
  partition(a: PeerId, b?: PeerId): void;
  /** Mends every line. */
  heal(): void;
  /** A peer goes on or off the wire; `admits` tells whom it lets in. */
  join(peer: PeerId, admits: (other: PeerId) => boolean): void;
  leave(peer: PeerId): void;
  /** Whether two peers are connected: the line is whole, and those of them with a network are up and admit each other. */
  connected(a: PeerId, b: PeerId): boolean;
  /** Waits as long as a message takes; at once without a delay. */
  travel(from: PeerId, to: PeerId, signal: AbortSignal): Promise<void>;
  /** Calls back on every change of lines, networks or stored files. @returns ends that */
  onChange(listener: () => void): () => void;
  changed(): void;
  /** What adapters keep here to find each other, by adapter. */
  readonly members: Map<string, Map<PeerId, unknown>>;
}

export function createMemoryHub(options: MemoryHubOptions = {}): MemoryHub {
  const cut = new Set<string>();
  const isolated = new Set<PeerId>();
  const networks = new Map<PeerId, ((other: PeerId) => boolean) | "down">();
  const listeners = new Set<() => void>();
  const lineOf = (a: PeerId, b: PeerId): string => [a, b].sort().join(" ");
  const changed = (): void => {
    // Listeners come and go while they are called.
    for (const listener of Array.from(listeners)) listener();
  };
  const letsIn = (peer: PeerId, other: PeerId): boolean => {
    const admits = networks.get(peer);
    return admits === undefined || (admits !== "down" && admits(other));
  };

  return {
    members: new Map(),
    partition(a, b) {
      if (b === undefined) isolated.add(a);
      else cut.add(lineOf(a, b));
      changed();
    },
    heal() {
      cut.clear();
      isolated.clear();
      changed();
    },
    join(peer, admits) {
      networks.set(peer, admits);
      changed();
    },
    leave(peer) {
      networks.set(peer, "down");
      changed();
    },
    connected(a, b) {
      if (a === b || isolated.has(a) || isolated.has(b) || cut.has(lineOf(a, b))) return false;
      if (options.isCut?.(a, b)) return false;
      return letsIn(a, b) && letsIn(b, a);
    },
    async travel(from, to, signal) {
      const ms = options.delayMs?.(from, to) ?? 0;
      if (ms > 0 && options.clock !== undefined) await options.clock.sleep(ms, signal);
      signal.throwIfAborted();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    changed,
  };
}

/** Those of one adapter that joined a hub, by peer id. */
export function membersOf<T>(hub: MemoryHub, adapter: string): Map<PeerId, T> {
  const members = hub.members.get(adapter) ?? new Map<PeerId, unknown>();
  hub.members.set(adapter, members);
  return members as Map<PeerId, T>;
}
