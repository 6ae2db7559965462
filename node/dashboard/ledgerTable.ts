import type { LocatedEvent } from "../core/ledger/events.ts";
import type { Address } from "../core/primitives.ts";
import type { LedgerPage, LedgerQuery, LedgerRow } from "../ports/dashboard.ts";
import type { LedgerBook } from "./ledgerBook.ts";
import { accountOf, KINDS, roundOf, searchable, taskIdOf } from "./rowOf.ts";
import { rowText } from "./rowText.ts";

export type NamesOf = (account: Address) => string | undefined;

/** The events of a book as a table that is filtered here, so that a page never holds all of it. */
export class LedgerTable {
  readonly #book: LedgerBook;
  readonly #nameOf: NamesOf;
  /** What matched last: paging through one filter looks at each event once. */
  #found: { key: string; upTo: number; ids: number[] } = { key: "", upTo: 0, ids: [] };

  constructor(book: LedgerBook, nameOf: NamesOf) {
    this.#book = book;
    this.#nameOf = nameOf;
  }

  /** Newest first. */
  page(query: LedgerQuery): LedgerPage {
    const { offset, limit } = query;
    const ids = this.#matching(query);
    const end = Math.max(0, ids.length - offset);
    const shown = ids.slice(Math.max(0, end - limit), end).toReversed();
    return { total: ids.length, rows: shown.flatMap((id) => this.row(id) ?? []) };
  }

  row(id: number): LedgerRow | undefined {
    const event = this.#book.events[id];
    if (event === undefined) return undefined;
    const task = taskIdOf(event);
    const round = roundOf(event);
    const account = accountOf(event, this.#book.memberOf);
    const name = account && this.#nameOf(account);
    const { block, timestamp, transaction } = event.at;
    return {
      id,
      block,
      at: timestamp,
      transaction,
      kind: KINDS[event.type],
      ...(task === undefined ? {} : { task }),
      ...(round === undefined ? {} : { round }),
      ...("attempt" in event ? { attempt: event.attempt } : {}),
      ...(account === undefined ? {} : { account }),
      ...(name === undefined ? {} : { name }),
      text: rowText(event),
    };
  }

  clear(): void {
    this.#found = { key: "", upTo: 0, ids: [] };
  }

  #matching({ offset: _offset, limit: _limit, ...filter }: LedgerQuery): number[] {
    const key = JSON.stringify(filter);
    if (this.#found.key !== key) this.#found = { key, upTo: 0, ids: [] };
    const { events } = this.#book;
    const found = this.#found;
    for (; found.upTo < events.length; found.upTo++) {
      if (this.#matches(events[found.upTo] as LocatedEvent, filter)) found.ids.push(found.upTo);
    }
    return found.ids;
  }

  #matches(event: LocatedEvent, { task, kind, round, member, text }: Omit<LedgerQuery, "offset" | "limit">): boolean {
    if (kind !== undefined && KINDS[event.type] !== kind) return false;
    if (task !== undefined && taskIdOf(event) !== task) return false;
    if (round !== undefined && roundOf(event) !== round) return false;
    if (member === undefined && text === undefined) return true;
    const account = accountOf(event, this.#book.memberOf);
    if (member !== undefined && account !== member) return false;
    if (text === undefined) return true;
    const wanted = text.toLowerCase();
    const name = account && this.#nameOf(account);
    return [event.at.transaction, account, name, ...searchable(event)].some((it) => it?.toLowerCase().includes(wanted));
  }
}
