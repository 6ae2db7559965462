import type { TensorSpec } from "../core/weights.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { mergeModel } from "../core/merge/merge.ts";
import type { Doing } from "../core/round/waiting/doing.ts";
import type { Part } from "../core/round/waiting/here.ts";
import type { Wait } from "../core/round/waiting/wait.ts";
import type { RoundState } from "../core/round/state.ts";
import { step } from "../core/round/step.ts";
import type { TaskDocument } from "../core/task/document.ts";
import type { Clock } from "../ports/clock.ts";
import type { Disk } from "../ports/disk.ts";
import type { Evaluation, Learner, TrainingProgress } from "../ports/learner.ts";
import type { Ledger } from "../ports/ledger.ts";
import type { Logger } from "../ports/logger.ts";
import type { Merger } from "../ports/merger.ts";
import type { Network, Traffic } from "../ports/network.ts";
import type { Random } from "../ports/random.ts";
import type { Sealer } from "../ports/sealer.ts";
import type { Store } from "../ports/store.ts";
import type { OwnUpdateLength } from "./ownClipping.ts";
import type { UpdateHint } from "./standOutWords.ts";

/** The outside worlds of one daemon. The composition root makes them and closes them again. */
export interface PeerComponents {
  ledger: Ledger;
  store: Store;
  network: Network;
  disk: Disk;
  sealer: Sealer;
  learner: Learner;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Where merges are made; where left out, in this thread, by plain kernels. */
  merger?: Merger;
}

/** What one daemon works on and as whom. */
export interface PeerInit {
  account: Address;
  taskId: Bytes32;
  /** The task's document, checked against the hash that the ledger records. */
  document: TaskDocument;
  /** What update headers and handshakes name (R2). */
  genesis: Bytes32;
  ledgerAddress: Address;
  /** What this operator calls other accounts, where it said so. */
  names?: ReadonlyMap<Address, string>;
  observer?: PeerObserver;
  rules?: PeerRules;
}

/** What decides, and what merges: the core's, but for simulations of daemons that follow wrong rules. */
export interface PeerRules {
  step: typeof step;
  /** A wrong merge, of whole updates in memory; the right one is the merger's. */
  mergeModel?: typeof mergeModel;
}

export const CORE_RULES: PeerRules = { step };

/** What a round was like for this node. Figures of its own rows; they stay in its own folder. */
export interface RoundRecord {
  round: number;
  attempt: number;
  modelHash: Bytes32;
  included: Address[];
  /** Unix milliseconds at which this node saw the round's final block. */
  finalAt: number;
  /** What trained this node's update, with its version: results differ between engines. */
  engine: string | undefined;
  trainingMs: number | undefined;
  trainingLoss: number | undefined;
  /** Of the round's base and of the node's own weights after training, on the local validation split. */
  base: Evaluation | undefined;
  local: Evaluation | undefined;
  /** Of this node's own update, if it trained since it started. */
  update: OwnUpdateLength | undefined;
  /** Updates that stood out in the merge, if this node made it before the round was final. */
  hints: UpdateHint[] | undefined;
  traffic: Traffic;
}

/** What the daemon waits for, for how long, and who is missing; `text` says it to people. */
export interface WaitingEvent extends Pick<Wait, "kind" | "round" | "attempt" | "phase" | "missing"> {
  text: string;
  /** How long it lasts already. */
  seconds: number;
  /** How long it can last, where that is known. */
  ofSeconds: number | undefined;
  /** Why this node has no part in the attempt, and what it does itself meanwhile. */
  part: Part | undefined;
  doing: Doing[];
  /** Age of the last block, where the chain may stand still. */
  lastBlockSeconds: number | undefined;
}

/** How a task ended here. */
export interface FinishedEvent {
  /** Final rounds. */
  rounds: number;
  /** The last model; of a task that stopped early, the best one. */
  modelHash: Bytes32;
  evaluation: Evaluation | undefined;
  /** Of a task that stopped early (R11): the round with the best score, and how many came after it without an improvement. */
  stoppedEarly?: { best: number; stale: number };
}

/** Is told what happens, for progress lines and records; must not throw. */
export interface PeerObserver {
  /** The ledger's events were taken in, the first time all of its history. @param view read-only @param now unix seconds */
  ledger?(view: NetworkView, now: number): void;
  /** Final blocks were read. @param event.timestamp unix seconds of block `head` */
  head?(event: { head: number; timestamp: number }): void;
  /** The chain's endpoint went away or came back. */
  connection?(event: { up: boolean }): void;
  /** @param event.members size of the attempt's snapshot, where the phase is its first */
  phase?(event: { round: number; attempt: number; phase: string; members?: number }): void;
  /** A wait lasts noticeably: told in growing intervals, and when what is waited for changes. */
  waiting?(event: WaitingEvent): void;
  /** An attempt ended without a model. */
  aborted?(event: { round: number; attempt: number; reason: string }): void;
  training?(event: TrainingProgress & { round: number }): void;
  /** This node found an update invalid (R4), or other than its author announced. @param event.reason a word of the program */
  refused?(event: { round: number; author: Address; reason: string }): void;
  /** An update was submitted in vain: too few members held it in time. */
  leftOut?(event: { round: number; author: Address }): void;
  /** This node made a merge. @param event.clipped how many of the `updates` were shortened @param event.ms what it took */
  merged?(event: { round: number; updates: number; clipped: number; ms: number }): void;
  round?(record: RoundRecord): void;
  /** The task is over. */
  finished?(event: FinishedEvent): void;
}

/** What effects work with. `state` is the planner's, read-only for them. */
export interface PeerContext extends PeerComponents, Omit<PeerInit, "observer" | "rules"> {
  merger: Merger;
  rules: PeerRules;
  state: Readonly<RoundState>;
  /** The tensors that are trained and shared: those of updates, and the weights of models, in the order of their files. */
  specs: readonly TensorSpec[];
  /** Upper bounds of the sizes of this task's opened files, in bytes: a model may hold more than an update. */
  maxFileBytes: Readonly<Record<"update" | "model", number>>;
  observer: PeerObserver;
  /** What time the chain has at this moment, unix seconds: `state.now` is that of the last event. */
  now(): number;
  /** Figures of the training of a round, for its record. */
  figures: Map<number, { ms: number; loss: number } & Pick<RoundRecord, "base" | "local" | "update">>;
  /** What stood out in the merge of a round, for its record. */
  hints: Map<number, UpdateHint[]>;
  /** How far the training of a round has come, while it runs. */
  progress: Map<number, TrainingProgress>;
}
