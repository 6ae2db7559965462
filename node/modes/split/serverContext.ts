import type { SplitParts } from "../../core/modes/splitParts.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Channels } from "../../ports/channels.ts";
import type { Clock } from "../../ports/clock.ts";
import type { EpochStore } from "../../ports/epochStore.ts";
import type { SplitServerPart } from "../../ports/splitLearner.ts";
import type { SplitObserver } from "./events.ts";
import type { Lobby } from "./lobby.ts";

/** The outside worlds of a split server. Whoever makes them closes them. */
export interface ServerComponents {
  channels: Channels;
  part: SplitServerPart;
  store: EpochStore;
  clock: Clock;
}

/** What the server's steps work with. */
export interface ServerContext extends ServerComponents {
  document: TaskDocument;
  parts: SplitParts;
  batchSize: number;
  classes: number;
  lobby: Lobby;
  observer: SplitObserver;
  signal: AbortSignal;
}
