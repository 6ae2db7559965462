import type { LocatedEvent } from "../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";

/** One attempt at a round as the ledger tells it. Times are unix seconds of blocks. */
export interface AttemptStory {
  round: number;
  attempt: number;
  openedAt: number;
  /** Seconds that its first phase may take: as the task says, times what earlier aborts made of it. */
  submitSeconds: number;
  endedAt: number | undefined;
  outcome: "open" | "final" | "aborted";
  reason: string | undefined;
  modelHash: Bytes32 | undefined;
  submissions: number;
  /** What members voted for, late votes too. */
  votes: Map<number, Bytes32>;
}

const TOLD = new Set(["RoundOpened", "UpdateSubmitted", "ModelVoted", "RoundFinalized", "RoundAborted", "TaskWaiting"]);

/** The attempts of a task, from the ledger's events; what the chain lost is forgotten (R9). */
export class Chronicle {
  #events: LocatedEvent[] = [];
  #attempts: AttemptStory[] = [];
  /** Whether the council's pause keeps the next round from opening. */
  paused = false;

  take(events: readonly LocatedEvent[]): void {
    for (const event of events) {
      if (!TOLD.has(event.type)) continue;
      this.#events.push(event);
      this.#one(event);
    }
  }

  /** Forgets every event after block `to`. */
  rewind(to: number): void {
    const kept = this.#events.filter(({ at }) => at.block <= to);
    this.#events = [];
    this.#attempts = [];
    this.paused = false;
    this.take(kept);
  }

  get attempts(): readonly AttemptStory[] {
    return this.#attempts;
  }

  /** Updates submitted in this round and later ones, in all their attempts. */
  submissionsSince(round: number): number {
    return this.#attempts.reduce((sum, it) => (it.round >= round ? sum + it.submissions : sum), 0);
  }

  finals(): AttemptStory[] {
    return this.#attempts.filter(({ outcome }) => outcome === "final");
  }

  #one(event: LocatedEvent): void {
    switch (event.type) {
      case "RoundOpened":
        this.paused = false;
        this.#attempts.push({
          round: event.round,
          attempt: event.attempt,
          openedAt: event.at.timestamp,
          submitSeconds: event.deadline - event.at.timestamp,
          endedAt: undefined,
          outcome: "open",
          reason: undefined,
          modelHash: undefined,
          submissions: 0,
          votes: new Map(),
        });
        return;
      case "TaskWaiting":
        this.paused = event.paused;
        return;
      case "UpdateSubmitted": {
        const attempt = this.#of(event);
        if (attempt) attempt.submissions++;
        return;
      }
      case "ModelVoted":
        this.#of(event)?.votes.set(event.member, event.modelHash);
        return;
      case "RoundFinalized":
      case "RoundAborted": {
        const attempt = this.#of(event);
        if (!attempt) return;
        attempt.endedAt = event.at.timestamp;
        attempt.outcome = event.type === "RoundFinalized" ? "final" : "aborted";
        if (event.type === "RoundFinalized") attempt.modelHash = event.modelHash;
        else attempt.reason = event.reason;
      }
    }
  }

  #of({ round, attempt }: { round: number; attempt: number }): AttemptStory | undefined {
    return this.#attempts.findLast((it) => it.round === round && it.attempt === attempt);
  }
}
