import type { LocatedEvent } from "../ledger/events.ts";
import type { Bytes32, Cid } from "../primitives.ts";
import type { Verdict } from "./state.ts";

/** What happens to a daemon: the ledger's history, results of its own effects, time. */
export type PeerEvent =
  | { type: "ledger"; events: LocatedEvent[]; head: number; timestamp: number }
  /** The chain came back shorter (R9): `view` is rebuilt by the events that follow, from the deployment on. */
  | { type: "rollback"; to: number }
  | { type: "tick" }
  | {
      type: "trained";
      round: number;
      base: Bytes32;
      sha256: Bytes32;
      weight: number;
      layers?: Bytes32;
      engine?: string;
    }
  /** Training from this base diverges, and would again: it is the same training every time. */
  | { type: "diverged"; round: number; base: Bytes32 }
  | { type: "sealed"; round: number; attempt: number; seen: Bytes32; cid: Cid; sealed: Bytes32 }
  | { type: "sent"; key: string; block: number }
  | { type: "offered"; seen: Bytes32 }
  | { type: "opened"; round: number; member: number; sha256: Bytes32; cid: Cid; verdict: Verdict }
  | { type: "merged"; round: number; seen: Bytes32; modelHash: Bytes32; evaluation: number }
  | { type: "modelHeld"; sha256: Bytes32 }
  | { type: "evaluated"; model: Bytes32 }
  | { type: "pruned"; before: number; models: readonly Bytes32[] }
  /** A file that the state counted on is gone or damaged: it is to be had again. */
  | { type: "lost"; kind: "update" | "model" | "sealed"; sha256: Bytes32 }
  | { type: "failed"; key: string; retryAfter?: number };
