import { createPrng, shuffle } from "../../node/core/prng.ts";

/**
 * `kill`: kill -9, then started again. `freeze`: SIGSTOP, then SIGCONT. `absence`: stopped in order, and back after some rounds. `damage`: some
 * bytes of stored files flip. `suspend`: the licence is suspended and given back. `chain`: kill -9 of the chain, which loses its last second.
 * `outage`: more than f daemons are killed at once, so that nothing can become final.
 */
export type FaultKind = "kill" | "freeze" | "absence" | "damage" | "suspend" | "chain" | "outage";

export interface Fault {
  /** Seconds after the first round opened. */
  at: number;
  kind: FaultKind;
  /** Clinics that are hit, from 0; none where it is the chain. */
  nodes: number[];
  /** How long it lasts; an absence at the most. */
  seconds: number;
  /** Chooses what the schedule cannot know, such as which file is damaged. */
  pick: number;
}

export interface ScheduleInit {
  seed: number;
  nodes: number;
  /** So many nodes may be faulty at once. */
  f: number;
  /** When the last fault must be over. */
  seconds: number;
}

/** What a fault's node is given to be itself again before it counts as sound. Seconds. */
export const RECOVERY = 12;
/** Nothing happens before: the first rounds show that all is well. */
const QUIET = 15;
/** Pauses between one fault's beginning and the next one's. */
const PAUSE = { least: 4, most: 22 };

/** Least and most seconds of each kind. */
const LASTS: Readonly<Record<FaultKind, readonly [number, number]>> = {
  kill: [1, 8],
  freeze: [3, 10],
  absence: [40, 60],
  damage: [5, 5],
  suspend: [4, 10],
  chain: [0, 0],
  outage: [12, 20],
};

/** One round of faults; each is dealt once before any comes again, so that the shares are as here in every run that is long enough. */
const DECK: readonly FaultKind[] = [
  "kill",
  "freeze",
  "damage",
  "chain",
  "kill",
  "suspend",
  "freeze",
  "absence",
  "kill",
  "damage",
];

/** So many nodes, the last ones, are never killed or stopped: their memory is seen from the first to the last minute. */
export const lasting = (nodes: number, f: number): number => Math.min(3, nodes - f - 1);

const isDeadly = (kind: FaultKind): boolean => kind === "kill" || kind === "absence" || kind === "outage";

/**
 * The faults of a run, in order. The same numbers give the same faults. But for an outage, at most f nodes are faulty at any time, with
 * `RECOVERY` counted; during an outage nothing else happens.
 */
export function scheduleOf({ seed, nodes, f, seconds }: ScheduleInit): Fault[] {
  const prng = createPrng(seed, 0x736f616b);
  const between = ([least, most]: readonly [number, number]): number => least + prng.below(most - least + 1);
  const faults: Fault[] = [];
  /** When each node, and the chain as the last entry, is sound again. */
  const soundAt = Array.from({ length: nodes + 1 }, () => 0);
  let at = QUIET;
  for (let deck = 0; ; deck++) {
    for (const kind of deal(deck, prng)) {
      const lasts = between(LASTS[kind]);
      at += between([PAUSE.least, PAUSE.most]);
      const chosen = choose(kind, { nodes, f, at, soundAt, prng });
      at = chosen.at;
      const end = at + lasts + RECOVERY;
      if (end > seconds) return faults;
      for (const node of chosen.nodes) soundAt[node] = end;
      if (usesChain(kind)) soundAt[nodes] = end;
      faults.push({ at, kind, nodes: chosen.nodes, seconds: lasts, pick: prng.uint32() });
      // Nothing else before all are back.
      if (kind === "outage") at = end;
    }
  }
}

/** Acts of the licensors must not be lost with the chain's last second: they and its fall exclude each other. */
export const usesChain = (kind: FaultKind): boolean => kind === "chain" || kind === "suspend";

type Prng = ReturnType<typeof createPrng>;

/** An outage comes with the first deck and every other one after it. */
function deal(deck: number, prng: Prng): FaultKind[] {
  const kinds = deck % 2 === 0 ? [...DECK, "outage" as const] : [...DECK];
  return shuffle(
    kinds.map((_, i) => i),
    prng,
  ).map((i) => kinds[i] as FaultKind);
}

interface Situation {
  nodes: number;
  f: number;
  at: number;
  soundAt: readonly number[];
  prng: Prng;
}

/** Which nodes a fault hits, and the first moment from `at` on at which it may. */
function choose(kind: FaultKind, { nodes, f, at, soundAt, prng }: Situation): { at: number; nodes: number[] } {
  const all = Array.from({ length: nodes }, (_, i) => i);
  const chainFree = usesChain(kind) ? (soundAt[nodes] as number) : 0;
  if (kind === "chain") return { at: Math.max(at, chainFree), nodes: [] };
  const mortal = isDeadly(kind) ? all.slice(0, nodes - lasting(nodes, f)) : all;
  if (kind === "outage") {
    const count = Math.min(mortal.length, f + 1 + prng.below(2));
    return {
      at: Math.max(at, ...soundAt),
      nodes: shuffle([...mortal], prng)
        .slice(0, count)
        .sort((a, b) => a - b),
    };
  }
  // The slot that is free first of f, then a node that is sound by then.
  const ends = soundAt.slice(0, nodes).sort((a, b) => b - a);
  const slot = ends[f - 1] as number;
  const from = Math.max(at, slot, chainFree);
  const sound = mortal.filter((node) => (soundAt[node] as number) <= from);
  const node = sound[prng.below(Math.max(1, sound.length))];
  if (node !== undefined) return { at: from, nodes: [node] };
  const [first = 0] = mortal.toSorted((a, b) => (soundAt[a] as number) - (soundAt[b] as number));
  return { at: Math.max(from, soundAt[first] as number), nodes: [first] };
}
