import type { SplitParts } from "../../core/modes/splitParts.ts";
import type { EncryptionKey, PeerId } from "../../core/primitives.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Weights } from "../../core/weights.ts";
import type { Channels } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EpochStore } from "../../ports/epochStore.ts";
import type { Sealer } from "../../ports/sealer.ts";
import type { SplitClientPart } from "../../ports/splitLearner.ts";
import type { FromClient, FromServer } from "../../core/modes/splitMessages.ts";
import type { Conversation } from "./conversation.ts";
import type { SplitObserver } from "./events.ts";

/** The outside worlds of a split client. Whoever makes them closes them. */
export interface ClientComponents {
  channels: Channels;
  part: SplitClientPart;
  store: EpochStore;
  sealer: Sealer;
  clock: Clock;
  /** Keys of all nodes that may take part, the server's not among them: the client part is sealed to these. */
  recipients(): EncryptionKey[];
}

/** A turn that this client knows how to go on with, for the case that the line breaks. */
export interface OpenTurn {
  epoch: number;
  /** Position among the epoch's clients. */
  client: number;
  /** Steps taken. */
  taken: number;
  /** Sum of the rows' losses. */
  loss: number;
}

export interface ClientContext extends ClientComponents {
  document: TaskDocument;
  parts: SplitParts;
  base: Weights | undefined;
  server: PeerId;
  observer: SplitObserver;
  signal: AbortSignal;
  turn: OpenTurn | undefined;
  /** The optimizer's state after the last turn, which belongs to this epoch. */
  trained: { epoch: number; moments: Float32Array[]; steps: number } | undefined;
}

export type Talk = Conversation<FromServer, FromClient>;
