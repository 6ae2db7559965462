/** A promise that was not kept: what the whole simulation looks for. */
export type ViolationCode =
  /** Two honest nodes took different models for one round to be final. */
  | "DIVERGED"
  /** A node acts on a model that the chain did not finalize, or not yet. */
  | "NOT_FINAL"
  /** A node signed two different submissions, votes or attestations where it may sign one. */
  | "SIGNED_TWICE"
  /** Honest nodes merged the same updates to different models. */
  | "MERGES_DIFFER"
  /** An act speaks of what is not safely on disk (R7). */
  | "NOT_ON_DISK"
  /** An act counted for another attempt, or another digest, than it was signed for (R3). */
  | "ACT_MISPLACED"
  /** An attempt opened with fewer members than f asks for. */
  | "SNAPSHOT_TOO_SMALL"
  /** An honest node submitted to a round of a task that was over by its own rule (R11). */
  | "ACTED_AFTER_STOP"
  /** A sealed update was offered before submissions were closed in a final block (R2). */
  | "OFFERED_EARLY"
  /** The audit finds something wrong, or cannot recompute an adopted model. */
  | "AUDIT"
  /** After healing, rounds did not become final within the bound. */
  | "STALLED"
  /** A daemon ended by itself, or an error was caught by nobody. */
  | "DAEMON_ENDED";

export interface Violation {
  code: ViolationCode;
  text: string;
  /** Virtual milliseconds since the start. */
  at: number;
}
