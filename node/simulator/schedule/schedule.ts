import type { MergeConfig } from "../../core/merge/rule.ts";

/** What a swarm to be simulated is like. */
export interface Shape {
  /** Members of the task from the start. */
  nodes: number;
  /** Members of whom that many may be faulty in any way. */
  f: number;
  /** `crashes`: power cuts and full stops only; for swarms with f = 0, who promise nothing else. */
  faults: "all" | "crashes";
}

/** One member that does not keep to the protocol, in each of the things that members do. */
export interface Liar {
  node: number;
  author:
    | "honest"
    | "withholds"
    | "seals to some"
    | "forges"
    | "writes -0"
    | "seals another file"
    | "copies"
    | "replays"
    | "is silent";
  attester: "honest" | "holds all" | "refuses all" | "is silent";
  voter: "honest" | "votes wrong" | "is silent";
  server: "honest" | "refuses" | "hangs" | "gives wrong bytes";
  /** How often it lies, 0 to 1; in between it is honest, so that it strikes when nobody expects it. */
  share: number;
}

/** Something that goes wrong `at` so many virtual milliseconds after the start, and is over `ms` later. Nodes are indices. */
export type Fault = { at: number } &
  /** Power is cut right before or after the `calls`th time from then on that the daemon calls a port. */
  (
    | { kind: "crash"; node: number; calls: number; moment: "before" | "after"; ms: number }
    /** Stopped in order, and away. */
    | { kind: "leave"; node: number; ms: number }
    /** Power is cut and the disk is empty when it comes back. */
    | { kind: "lose disk"; node: number; ms: number }
    | { kind: "full disk"; node: number; ms: number }
    /** One stored file is altered; `pick` decides which. */
    | { kind: "bit flip"; node: number; file: "update" | "model" | "sealed" | "store"; pick: number }
    /** Power is cut, and a file that was written before turns out to end in its middle. */
    | { kind: "torn write"; node: number; file: "update" | "model" | "sealed"; pick: number; ms: number }
    /** Nodes of different groups do not reach each other. */
    | { kind: "partition"; groups: readonly number[]; ms: number }
    | { kind: "cut line"; node: number; other: number; ms: number }
    /** Messages to and from it take up to `delay` milliseconds longer. */
    | { kind: "slow line"; node: number; delay: number; ms: number }
    /** Transfers from it stop in the middle and never end. */
    | { kind: "hang"; node: number; ms: number }
    | { kind: "no endpoint"; node: number; ms: number }
    | { kind: "slow endpoint"; node: number; delay: number; ms: number }
    /** Transactions get lost on their way out, or their answers on the way back. */
    | { kind: "lost answers"; node: number; share: number; ms: number }
    | { kind: "clock jump"; node: number; by: number }
    | { kind: "chain halt"; ms: number }
    /** The last blocks are replaced by others with most of the same transactions (chains without finality). */
    | { kind: "reorganization"; depth: number }
    /** The chain is killed and comes back without its last blocks and without what waited for a block (R9). */
    | { kind: "chain restart"; blocks: number; ms: number }
    | { kind: "suspend" | "revoke" | "expire"; node: number; ms: number }
    | { kind: "pause"; ms: number }
    /** One that was not a member joins the task. */
    | { kind: "join"; node: number }
  );

export interface EarlyStopping {
  patience: number;
  minImprovement: number;
  lies: "none" | "the best" | "the worst" | "nothing" | "anything";
}

/** Everything that is decided before a simulation starts: the same schedule always runs in the same way, to the byte. */
export interface Schedule {
  seed: number;
  shape: Shape;
  minPeers: number;
  rounds: number;
  /** Length of each phase, seconds. */
  phaseSeconds: number;
  merge: MergeConfig;
  /** Whether members agree on statistics in the first round. */
  agrees?: boolean;
  /** Whether the task may stop early (R11), and what liars say of the models that they vote for. */
  earlyStopping?: EarlyStopping | undefined;
  /** Made from the task's seed, so that nobody has to give it; or given by the first member, who is honest then: nobody can start without it. */
  firstModel: "from seed" | "given";
  /** Nodes that join late, beside the members from the start. */
  joiners: number;
  chain: {
    /** Blocks that must follow before a block counts (R9); 0: blocks are final at once. */
    confirmations: number;
    minPhaseBlocks: number;
    /** Milliseconds between blocks. */
    blockMs: number;
  };
  /** Until healing: how many transactions come twice, and how long they may be on their way. */
  noise: { duplicates: number; transactionMs: number };
  liars: readonly Liar[];
  /** In order of their times. */
  faults: readonly Fault[];
  /** When everything is well again, but for the liars. */
  healAt: number;
}

/** Milliseconds after healing within which two more rounds must be final: four attempts with phases of their greatest length. */
export const healingBound = ({ phaseSeconds }: Schedule): number => 4 * 3 * 16 * phaseSeconds * 1000;

/** Rounds that must become final after healing, unless the task ends before. */
export const ROUNDS_AFTER_HEALING = 2;
