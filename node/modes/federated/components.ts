import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import type { ClientFigures } from "../../core/modes/weightedFigures.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Channels } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Disk } from "../../ports/disk.ts";
import type { Learner, TrainingProgress } from "../../ports/learner.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Merger } from "../../ports/merger.ts";
import type { Random } from "../../ports/random.ts";

/** What both sides work on, and where. */
export interface FederatedInit {
  account: Address;
  document: TaskDocument;
  /** sha256 of the canonical document: the name of the task in this way of working. */
  task: Bytes32;
  /** What headers of updates name beside it. */
  genesis: Bytes32;
  ledgerAddress: Address;
  /** Ends when everything is done, instead of staying. */
  untilFinished: boolean;
}

export interface CoordinatorComponents {
  channels: Channels;
  disk: Disk;
  merger: Merger;
  clock: Clock;
  logger: Logger;
}

export interface ClientComponents {
  channels: Channels;
  disk: Disk;
  learner: Learner;
  clock: Clock;
  random: Random;
  logger: Logger;
  /** Resolves while there is a connection to the peer, at once or when one comes; nobody has to look again and again. */
  connected(peer: PeerId, signal: AbortSignal): Promise<void>;
}

/** Bytes of whole messages, as channels count them. */
export interface MessageBytes {
  sent: number;
  received: number;
}

/** A round that was merged. */
export interface FederatedRound {
  round: number;
  /** Attempts that it took, from 0. */
  attempt: number;
  /** Whose updates are in the model, in the order of the merge. */
  clients: Address[];
  /** Who was asked and is not. */
  leftOut: Address[];
  /** Of the new model on the clients' validation rows; `undefined` where none reported any. */
  figures: ClientFigures | undefined;
  base: Bytes32;
  modelHash: Bytes32;
  /** Of all conversations since the round before. */
  bytes: MessageBytes;
  /** From the round's opening to its model. */
  seconds: number;
}

/** Is told what happens at the coordinator; must not throw. */
export interface CoordinatorObserver {
  /** A client came or went. */
  client?(event: { account: Address; here: boolean; engine?: string; clients: number }): void;
  opened?(event: { round: number; attempt: number; asked: Address[]; seconds: number }): void;
  waiting?(event: { round: number; attempt: number; text: string; here: number; needed: number }): void;
  refused?(event: { account: Address; round?: number; reason: string; text: string }): void;
  round?(event: FederatedRound): void;
  finished?(event: {
    rounds: number;
    modelHash: Bytes32;
    figures: ClientFigures | undefined;
    bytes: MessageBytes;
  }): void;
}

/** The same at a client. */
export interface ClientObserver {
  joined?(event: { round: number; rounds: number }): void;
  away?(event: { since: number; text: string }): void;
  back?(event: { seconds: number; text: string }): void;
  asked?(event: { round: number; attempt: number; rounds: number; seconds: number }): void;
  training?(event: TrainingProgress & { round: number }): void;
  trained?(event: { round: number; base: Bytes32; figures: ClientFigures | undefined; loss: number; ms: number }): void;
  leftOut?(event: { round: number }): void;
  finished?(event: {
    rounds: number;
    modelHash: Bytes32;
    figures: ClientFigures | undefined;
    bytes: MessageBytes;
  }): void;
}
