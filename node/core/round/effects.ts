import type { RoundAct } from "../ledger/acts.ts";
import type { Submission } from "../ledger/view/task.ts";
import type { ExpiredFiles } from "./retention.ts";
import type { Bytes32, Cid, EncryptionKey } from "../primitives.ts";

/**
 * Things the core asks its shell to do. Each has a key: the shell never runs two effects of one key at a time, and an effect that is
 * asked for again after it failed is retried with a growing delay. Every effect can be run again after a crash (R7).
 */
export type Effect =
  /** Train on `base`, make the update file and keep it on disk and in the journal. */
  | { type: "train"; key: string; round: number; base: Bytes32 }
  /** Get this node's own update back from members: the ledger has it on record, and its file is gone (R7). */
  | { type: "regain"; key: string; round: number; base: Bytes32; sha256: Bytes32; weight: number }
  /** Seal this node's update to the attempt's recipients, keep the sealed file, journal its CID. */
  | {
      type: "seal";
      key: string;
      round: number;
      attempt: number;
      seen: Bytes32;
      sha256: Bytes32;
      recipients: EncryptionKey[];
    }
  /** Send a transaction. */
  | { type: "act"; key: string; act: RoundAct }
  /** Give a sealed file to the store: peers can fetch it from now on (R2). */
  | { type: "offer"; key: string; round: number; attempt: number; cid: Cid; sealed: Bytes32 }
  /** Get a submitted update, opened and checked, onto the disk: from the store, else from members that hold it (R5). */
  | {
      type: "open";
      key: string;
      round: number;
      attempt: number;
      base: Bytes32;
      submission: Submission;
      /** Enough members hold it: it is to be had from them, whatever its author offers. */
      included: boolean;
    }
  /** Merge the included updates into the base and keep the model on disk. */
  | { type: "merge"; key: string; round: number; attempt: number; seen: Bytes32; base: Bytes32; included: Submission[] }
  /** Get a model by its hash: from members, or recomputed from an older one and the updates (R8). */
  | { type: "obtainModel"; key: string; sha256: Bytes32 }
  /** Evaluate the model that the task ends with: the last one, or, where it has stopped early after a round, the best one. */
  | { type: "evaluate"; key: string; round: number; model: Bytes32; stoppedAfter?: number }
  /** Delete files of rounds that retention no longer covers. */
  | { type: "prune"; key: string; before: number; files: ExpiredFiles }
  /** Send a `tick` event at `time` (unix seconds of the chain, fractions allowed). */
  | { type: "wake"; key: string; time: number };
