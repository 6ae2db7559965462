import type { LocatedEvent } from "../core/ledger/events.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { parseDocument, type TaskDocument } from "../core/task/document.ts";
import { SwarmError } from "../core/errors.ts";
import { short } from "../core/units.ts";
import type { Clock } from "../ports/clock.ts";
import type { Change, DashboardSource, RowDetails } from "../ports/dashboard.ts";
import type { AuditFile } from "./auditResults.ts";
import type { NetworkEntry } from "./entries.ts";
import { LedgerBook } from "./ledgerBook.ts";
import { LedgerTable } from "./ledgerTable.ts";
import { type ActWords, licenceEntries, proposalEntries } from "./registryEntries.ts";
import { RoundEntries } from "./roundEntries.ts";
import { rowDetails } from "./rowDetails.ts";
import { taskEntries } from "./taskEntries.ts";
import { Versions } from "./versions.ts";

export interface DashboardInit {
  /** A name that no other run of the dashboard has. */
  run: string;
  network: Pick<NetworkEntry, "chainId" | "registry" | "ledger" | "finality">;
  names: ReadonlyMap<Address, string>;
  words: ActWords;
  clock: Pick<Clock, "now">;
}

/** Entries that somebody else than the ledger gives: this node's figures, by their keys' prefix. */
export type OtherEntries = "own/" | "node" | "peer/";

/** The page's state, made anew whenever final events of the ledger come, and read by the HTTP server. */
export class Dashboard implements DashboardSource {
  readonly #init: DashboardInit;
  readonly #versions: Versions;
  readonly #book = new LedgerBook();
  readonly #table: LedgerTable;
  readonly #rounds = new RoundEntries();
  readonly #documents = new Map<Bytes32, TaskDocument | undefined>();
  readonly #listeners = new Set<(change: Change) => void>();
  #audit: AuditFile | undefined;
  /** Unix seconds; undefined while the chain's endpoint answers. */
  #awaySince: number | undefined;
  #view: NetworkView | undefined;

  constructor(init: DashboardInit) {
    this.#init = init;
    this.#versions = new Versions(init.run);
    this.#table = new LedgerTable(this.#book, this.#nameOf);
  }

  readonly #nameOf = (account: Address): string | undefined => this.#init.names.get(account);

  /** Final events came. @param view with them, read-only and kept until the next call */
  take(events: readonly LocatedEvent[], view: NetworkView): void {
    for (const event of events) this.#book.take(event);
    this.#view = view;
    this.#show();
  }

  /** The chain came back shorter: all is told again. */
  rolledBack(): void {
    this.#book.clear();
    this.#table.clear();
    this.#rounds.clear();
    this.#documents.clear();
    this.#view = undefined;
    const keys = ["task/", "member/", "round/", "licence/", "proposal/"].flatMap((prefix) =>
      this.#versions.keys(prefix),
    );
    this.#change([], keys);
  }

  /** The chain's endpoint went away or came back. */
  connection(up: boolean): void {
    if (up) this.#awaySince = undefined;
    else this.#awaySince ??= Math.floor(this.#init.clock.now() / 1000);
    this.#show();
  }

  setAudit(report: AuditFile | undefined): void {
    this.#audit = report;
    this.#show();
  }

  /** Replaces all entries below a prefix. */
  setOthers(prefix: OtherEntries, entries: ReadonlyMap<string, unknown>): void {
    const gone = this.#versions.keys(prefix).filter((key) => !entries.has(key));
    this.#change(entries, gone);
  }

  /** Licences expire by themselves: looks again at what only time changes. */
  tick(): void {
    this.#show();
  }

  state = () => this.#versions.all(this.#init.clock.now(), this.#book.events.length);

  changesAfter(version: string): Change | undefined {
    return this.#versions.after(version, this.#init.clock.now(), this.#book.events.length);
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  ledger: DashboardSource["ledger"] = (query) => this.#table.page(query);

  row(id: number): RowDetails | undefined {
    const row = this.#table.row(id);
    const event = this.#book.events[id];
    return row && event && rowDetails(row, event, this.#book, this.#audit);
  }

  #show(): void {
    const view = this.#view;
    if (view === undefined) return;
    const now = Math.max(view.timestamp, Math.floor(this.#init.clock.now() / 1000));
    const set: [string, unknown][] = [["network", this.#network(view)]];
    for (const task of view.tasks.values()) {
      const at = { now, nameOf: this.#nameOf, nameIn: (account: Address) => this.#nameOf(account) ?? short(account) };
      const { task: entry, members } = taskEntries(view, task, this.#document(task), this.#book, at);
      set.push([`task/${task.taskId}`, entry]);
      for (const member of members) set.push([`member/${task.taskId}/${member.member}`, member]);
      for (const round of this.#rounds.news(task, this.#book)) set.push([`round/${task.taskId}/${round.round}`, round]);
    }
    for (const licence of licenceEntries(view, now, this.#nameOf)) set.push([`licence/${licence.account}`, licence]);
    const proposals = proposalEntries(view, this.#init.words);
    for (const proposal of proposals) set.push([`proposal/${proposal.id}`, proposal]);
    const open = new Set(proposals.map(({ id }) => `proposal/${id}`));
    this.#change(
      set,
      this.#versions.keys("proposal/").filter((key) => !open.has(key)),
    );
  }

  #network({ head, timestamp, registry }: NetworkView): NetworkEntry {
    const { licensors, threshold, paused } = registry;
    const audit = this.#audit && { verdict: this.#audit.verdict, at: this.#audit.at };
    return {
      ...this.#init.network,
      head,
      timestamp,
      awaySince: this.#awaySince ?? null,
      licensors: [...licensors],
      threshold,
      paused,
      audit: audit ?? null,
    };
  }

  #document({ taskId, document }: { taskId: Bytes32; document: Uint8Array }): TaskDocument | undefined {
    if (!this.#documents.has(taskId)) this.#documents.set(taskId, parsed(document));
    return this.#documents.get(taskId);
  }

  #change(set: Iterable<readonly [string, unknown]>, gone: Iterable<string>): void {
    const change = this.#versions.update(set, gone, { now: this.#init.clock.now(), rows: this.#book.events.length });
    if (change) for (const listener of this.#listeners) listener(change);
  }
}

function parsed(document: Uint8Array): TaskDocument | undefined {
  try {
    return parseDocument(document);
  } catch (error) {
    if (error instanceof SwarmError) return undefined;
    throw error;
  }
}
