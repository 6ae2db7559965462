import type { LocatedEvent } from "../core/ledger/events.ts";
import { count, has } from "../core/ledger/masks.ts";
import type { Address, Bytes32, MemberMask } from "../core/primitives.ts";

/** One attempt as far as the view forgets it: what was submitted, who holds or refused what, what was included. */
export interface AttemptBook {
  submitted: MemberMask;
  refused: MemberMask;
  attestations: Map<number, { held: MemberMask; refused: MemberMask }>;
  included: MemberMask | undefined;
}

/** All events so far in order, and what of them has to be looked up by round. Forgets everything where the chain rolls back. */
export class LedgerBook {
  readonly events: LocatedEvent[] = [];
  readonly #attempts = new Map<string, AttemptBook>();
  readonly #members = new Map<Bytes32, Address[]>();
  /** The last round for which a member submitted. */
  readonly #lastRounds = new Map<string, number>();

  take(event: LocatedEvent): void {
    // Documents are large, and the view has them.
    this.events.push(event.type === "TaskCreated" ? { ...event, document: new Uint8Array() } : event);
    switch (event.type) {
      case "MemberJoined": {
        const members = this.#members.get(event.taskId) ?? [];
        members[event.index] = event.account;
        this.#members.set(event.taskId, members);
        return;
      }
      case "UpdateSubmitted":
        this.#open(event).submitted |= 1n << BigInt(event.member);
        this.#lastRounds.set(`${event.taskId}/${event.member}`, event.round);
        return;
      case "UpdatesAttested": {
        const book = this.#open(event);
        const before = book.attestations.get(event.member) ?? { held: 0n, refused: 0n };
        const both = { held: before.held | event.held, refused: before.refused | event.refused };
        book.attestations.set(event.member, both);
        book.refused |= event.refused;
        return;
      }
      case "InclusionFixed":
        this.#open(event).included = event.included;
    }
  }

  clear(): void {
    this.events.length = 0;
    this.#attempts.clear();
    this.#members.clear();
    this.#lastRounds.clear();
  }

  attempt(task: Bytes32, round: number, attempt: number): AttemptBook | undefined {
    return this.#attempts.get(`${task}/${round}/${attempt}`);
  }

  memberOf = (task: Bytes32, member: number): Address | undefined => this.#members.get(task)?.[member];

  accountsIn(task: Bytes32, mask: MemberMask): Address[] {
    return (this.#members.get(task) ?? []).filter((_, member) => has(mask, member));
  }

  lastRound(task: Bytes32, member: number): number | undefined {
    return this.#lastRounds.get(`${task}/${member}`);
  }

  #open({ taskId, round, attempt }: { taskId: Bytes32; round: number; attempt: number }): AttemptBook {
    const key = `${taskId}/${round}/${attempt}`;
    const found = this.#attempts.get(key);
    if (found) return found;
    const made: AttemptBook = { submitted: 0n, refused: 0n, attestations: new Map(), included: undefined };
    this.#attempts.set(key, made);
    return made;
  }
}

/** How many submissions of an attempt there were, and how many of them were refused by somebody. */
export const tally = (book: AttemptBook | undefined): { submitted: number; refused: number } => ({
  submitted: count(book?.submitted ?? 0n),
  refused: count(book?.refused ?? 0n),
});
