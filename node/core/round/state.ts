import type { NetworkView } from "../ledger/view/network.ts";
import type { Submission, TaskView } from "../ledger/view/task.ts";
import { memberOf } from "../ledger/view/task.ts";
import { SwarmError } from "../errors.ts";
import type { Address, Bytes32, Cid } from "../primitives.ts";
import type { StoppingRule } from "../stopping/progress.ts";

/** This node's update for one round: fixed once it is journaled (R2). */
export interface OwnUpdate {
  round: number;
  base: Bytes32;
  sha256: Bytes32;
  weight: number;
  /** File of the layers that stay here, as this training left them; absent where the task has none, or the update came back from others. */
  layers?: Bytes32;
  /** What trained it, with its version: results differ between engines. Absent where the update came back from others. */
  engine?: string;
}

/** The sealed form of this node's update for one attempt, by the attempt's opening digest. */
export interface OwnSealed {
  round: number;
  attempt: number;
  cid: Cid;
  /** Hash of the sealed file on disk. */
  sealed: Bytes32;
  offered: boolean;
}

/**
 * What checking a submitted update said. `held`: opened, valid and safely on disk. `refused`: the announced bytes are no valid update, so
 * everyone comes to the same verdict (R4). `unmatched`: what the author offers is not what it announced, and nobody has the announced bytes;
 * attested as refused, but if enough others hold them after all, they are asked again (R5).
 */
export type Verdict = "held" | "refused" | "unmatched";

/** An effect that failed, and when it may be tried again. */
export interface Failure {
  attempts: number;
  /** Unix seconds of the chain. */
  retryAt: number;
}

/** What the node knows besides the ledger; rebuilt from its journal and its files at every start (R7). */
export interface LocalState {
  models: Set<Bytes32>;
  /** By `ownKey`: one file for each round and base, whatever becomes of the chain's history in between (R2, R9). */
  own: Map<string, OwnUpdate>;
  sealed: Map<Bytes32, OwnSealed>;
  /** By `verdictKey`, but `unmatched` by `unmatchedKey`; `verdictOn` looks up both. */
  verdicts: Map<string, Verdict>;
  /** Models this node merged, by the digest of the included set. */
  merged: Map<Bytes32, { round: number; modelHash: Bytes32; evaluation: number }>;
  /** Votes this node signed, by the digest of the included set: never two different ones (R7). */
  voted: Map<Bytes32, { round: number; modelHash: Bytes32 }>;
  /** Acts that were mined in a block that is not final here yet: not sent again until that block is seen. */
  sent: Map<string, number>;
  failures: Map<string, Failure>;
  /** Attempts, by `attemptKey`, that this node does not submit to because it may have signed a file there that it no longer has (R7). */
  satOut: Set<string>;
  /** By `ownKey`: bases from which this node's training diverged. It trains from the next one; a restart tries once more. */
  diverged: Set<string>;
  evaluated: Set<Bytes32>;
  /** Unix seconds since when enough members are eligible for a task that waits; undefined where they are not. */
  openableSince: number | undefined;
  prunedBefore: number;
}

export interface RoundState {
  readonly account: Address;
  readonly taskId: Bytes32;
  /** Rounds whose files are kept; Infinity keeps all. */
  readonly retainRounds: number;
  /** The task's `training.earlyStopping`, where it has one (R11). */
  readonly earlyStopping?: StoppingRule | undefined;
  view: NetworkView;
  local: LocalState;
  /** The chain's time as well as it is known now: unix seconds, fractions allowed. */
  now: number;
}

export const emptyLocal = (): LocalState => ({
  models: new Set(),
  own: new Map(),
  sealed: new Map(),
  verdicts: new Map(),
  merged: new Map(),
  voted: new Map(),
  sent: new Map(),
  failures: new Map(),
  satOut: new Set(),
  diverged: new Set(),
  evaluated: new Set(),
  openableSince: undefined,
  prunedBefore: 1,
});

type Announced = Pick<Submission, "member" | "sha256" | "cid">;

/** A verdict is about one file by one author in one round: the same bytes by another author are another update. */
export const verdictKey = (round: number, member: number, sha256: Bytes32): string => `${round}/${member}/${sha256}`;

/** `unmatched` is about what one CID holds: the same file sealed anew, for a later attempt, is looked at anew. */
export const unmatchedKey = (round: number, { member, sha256, cid }: Announced): string =>
  `${verdictKey(round, member, sha256)}/${cid}`;

export const verdictOn = ({ verdicts }: LocalState, round: number, update: Announced): Verdict | undefined =>
  verdicts.get(verdictKey(round, update.member, update.sha256)) ?? verdicts.get(unmatchedKey(round, update));

export const ownKey = (round: number, base: Bytes32): string => `${round}/${base}`;

export const attemptKey = (round: number, attempt: number): string => `${round}.${attempt}`;

/** What `attemptKey` made a key of. */
export function attemptOfKey(key: string): { round: number; attempt: number } {
  const [round = 0, attempt = 0] = key.split(".").map(Number);
  return { round, attempt };
}

/** @throws SwarmError TASK_UNKNOWN when the ledger has no such task */
export function taskOf(state: RoundState): TaskView {
  const task = state.view.tasks.get(state.taskId);
  if (!task)
    throw new SwarmError("TASK_UNKNOWN", `the ledger has no task ${state.taskId}: check the id with "swarm task list"`);
  return task;
}

export const selfOf = (state: RoundState): number => memberOf(taskOf(state), state.account);
