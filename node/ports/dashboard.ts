import type { Address, Bytes32, Cid } from "../core/primitives.ts";

/**
 * What a read-only page about the network is served from. The page holds a map of entries, JSON values by key; the source tells which of them
 * changed, so that a round of many members costs what changed in it and not all that is known.
 */
export interface DashboardSource {
  /** All entries, as JSON text that is made once per version. */
  state(): StateText;
  /** Everything that changed since `version`; undefined where that is not known any more, and the page has to ask for all. */
  changesAfter(version: string): Change | undefined;
  /** Is told of each change. @returns ends it */
  onChange(listener: (change: Change) => void): () => void;
  /** Rows of the ledger's table, newest first. */
  ledger(query: LedgerQuery): LedgerPage;
  /** Everything about one row; undefined where there is none. */
  row(id: number): RowDetails | undefined;
}

export interface StateText {
  version: string;
  /** `{ "version", "now", "rows", "entries" }` */
  json: string;
}

export interface Change {
  version: string;
  /** Unix milliseconds at the node, by which the page sets its countdowns. */
  now: number;
  /** Rows of the ledger's table. */
  rows: number;
  set: Readonly<Record<string, unknown>>;
  gone: readonly string[];
}

/** What to show of the ledger; what is left out does not restrict. */
export interface LedgerQuery {
  task?: Bytes32 | undefined;
  kind?: RowKind | undefined;
  round?: number | undefined;
  /** Account. */
  member?: Address | undefined;
  /** A part of a hash, CID, transaction, account or name. */
  text?: string | undefined;
  /** Rows to leave out from the newest on, and how many to give at most. */
  offset: number;
  limit: number;
}

export const ROW_KINDS = [
  "submitted",
  "attested",
  "voted",
  "opened",
  "closed",
  "included",
  "final",
  "aborted",
  "task",
  "licence",
  "council",
] as const;
/** Submissions, attestations and votes of members; ends of phases; and what is about tasks, licences and the council. */
export type RowKind = (typeof ROW_KINDS)[number];

export interface LedgerRow {
  /** Its number in the ledger's order, from 0. */
  id: number;
  block: number;
  /** Unix seconds of the block. */
  at: number;
  transaction: Bytes32;
  kind: RowKind;
  task?: Bytes32;
  round?: number;
  /** From 0. */
  attempt?: number;
  /** Whose act it is, and what this operator calls it. */
  account?: Address;
  name?: string;
  text: string;
}

export interface LedgerPage {
  /** Rows that match. */
  total: number;
  rows: LedgerRow[];
}

/** What the last audit says of an update: `later` where it was submitted after that. */
export type AuditResult = "no report" | "later" | "nothing found" | "not checked" | "notice" | "wrong";

export interface UpdateDetails {
  sha256: Bytes32;
  cid: Cid;
  weight: number;
  /** Undefined as long as the round has not fixed what it merges. */
  included: boolean | undefined;
  /** Accounts that hold its opened bytes, and that refused it. */
  held: Address[];
  refused: Address[];
  audit: { result: AuditResult; findings: string[] };
}

export interface RowDetails extends LedgerRow {
  /** Facts in the order in which to show them: hashes, masks as accounts, digests. */
  facts: [name: string, value: string][];
  update?: UpdateDetails;
}
