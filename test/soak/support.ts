import type { LocatedEvent } from "../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../node/core/primitives.ts";
import { Chronicle } from "../../scripts/soak/chronicle.ts";

export const hash = (digit: string): Bytes32 => `0x${digit.repeat(64)}`;

/** Ledger events of one task, a block each, as a soak reads them. */
export class Story {
  readonly chronicle = new Chronicle();
  #block = 0;

  get block(): number {
    return this.#block;
  }

  opened(round: number, attempt: number, at: number, submitSeconds = 8): this {
    const fields = { base: hash("0"), snapshot: 15n, deadline: at + submitSeconds, deadlineBlock: 0, seen: hash("f") };
    return this.#take({ type: "RoundOpened", round, attempt, ...fields }, at);
  }

  voted(round: number, attempt: number, at: number, member: number, modelHash: Bytes32, late = false): this {
    return this.#take({ type: "ModelVoted", round, attempt, member, modelHash, evaluation: 0, late }, at);
  }

  final(round: number, attempt: number, at: number, modelHash = hash("a")): this {
    return this.#take({ type: "RoundFinalized", round, attempt, included: 15n, modelHash }, at);
  }

  aborted(round: number, attempt: number, at: number): this {
    return this.#take({ type: "RoundAborted", round, attempt, reason: "TooFewSubmissions", growth: 1 }, at);
  }

  waiting(round: number, at: number, paused: boolean): this {
    return this.#take({ type: "TaskWaiting", round, needed: 4, eligible: 15n, paused }, at);
  }

  #take(event: Omit<LocatedEvent, "at" | "taskId"> & Record<string, unknown>, timestamp: number): this {
    const at = { block: ++this.#block, index: 0, timestamp, transaction: hash("1") };
    this.chronicle.take([{ ...event, taskId: hash("2"), at } as unknown as LocatedEvent]);
    return this;
  }
}
