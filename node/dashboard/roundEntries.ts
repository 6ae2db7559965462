import { count } from "../core/ledger/masks.ts";
import type { FinalRound, TaskView } from "../core/ledger/view/task.ts";
import { SCORE_PARTS } from "../core/stopping/score.ts";
import type { Bytes32 } from "../core/primitives.ts";
import type { RoundEntry } from "./entries.ts";
import { type LedgerBook, tally } from "./ledgerBook.ts";

/** The last final round takes votes that come late; those before it never change. */
const CHANGING = 1;

/** Entries of a task's final rounds, each made once it is final and again only while it can change. */
export class RoundEntries {
  readonly #kept = new Map<Bytes32, RoundEntry[]>();

  /** @returns those that are new or may have changed since the last call */
  news(task: TaskView, book: LedgerBook): RoundEntry[] {
    const kept = this.#kept.get(task.taskId) ?? [];
    this.#kept.set(task.taskId, kept);
    const from = Math.max(0, kept.length - CHANGING);
    const news = task.history.slice(from).map((final) => roundEntry(task, final, book));
    kept.splice(from, kept.length - from, ...news);
    return news;
  }

  clear(): void {
    this.#kept.clear();
  }
}

function roundEntry(task: TaskView, final: FinalRound, book: LedgerBook): RoundEntry {
  const { round, attempt, modelHash, at, voters, evaluation, score } = final;
  const attempted = book.attempt(task.taskId, round, attempt);
  return {
    round,
    attempts: attempt + 1,
    model: modelHash,
    at: at.timestamp,
    ...tally(attempted),
    // A daemon's view forgets contributors of old rounds; the event does not.
    included: attempted?.included === undefined ? final.included.length : count(attempted.included),
    voters: count(voters),
    evaluation: evaluation ?? null,
    score: score === undefined ? null : score / SCORE_PARTS,
  };
}
