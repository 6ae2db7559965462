import type { LocatedEvent } from "../core/ledger/events.ts";
import { has } from "../core/ledger/masks.ts";
import type { Address } from "../core/primitives.ts";
import type { LedgerRow, RowDetails, UpdateDetails } from "../ports/dashboard.ts";
import { type AuditFile, auditOf } from "./auditResults.ts";
import type { LedgerBook } from "./ledgerBook.ts";
import { isType } from "./rowOf.ts";

/** Everything about a row. @param row of `event` */
export function rowDetails(
  row: LedgerRow,
  event: LocatedEvent,
  book: LedgerBook,
  audit: AuditFile | undefined,
): RowDetails {
  const facts = factsOf(event, book);
  return isType(event, "UpdateSubmitted") ? { ...row, facts, update: updateOf(event, book, audit) } : { ...row, facts };
}

function updateOf(
  event: Extract<LocatedEvent, { type: "UpdateSubmitted" }>,
  book: LedgerBook,
  audit: AuditFile | undefined,
): UpdateDetails {
  const { taskId: task, round, attempt, member, sha256, cid, weight } = event;
  const kept = book.attempt(task, round, attempt);
  const who = (part: "held" | "refused"): Address[] =>
    [...(kept?.attestations ?? [])].flatMap(([by, masks]) =>
      has(masks[part], member) ? (book.memberOf(task, by) ?? []) : [],
    );
  return {
    sha256,
    cid,
    weight,
    included: kept?.included === undefined ? undefined : has(kept.included, member),
    held: who("held"),
    refused: who("refused"),
    audit: auditOf(audit, { task, round, member, sha256, at: event.at.timestamp }),
  };
}

/** Fields that the row itself shows, or that say nothing to people. */
const SHOWN_ELSEWHERE = new Set(["type", "at", "taskId", "round", "attempt", "member", "document", "cidBytes"]);
const MASKS = new Set(["snapshot", "submitted", "held", "refused", "included", "absent", "eligible"]);
const TIMES = new Set(["expiresAt", "until", "deadline"]);

function factsOf(event: LocatedEvent, book: LedgerBook): RowDetails["facts"] {
  const task = "taskId" in event ? event.taskId : undefined;
  return Object.entries(event)
    .filter(([name]) => !SHOWN_ELSEWHERE.has(name))
    .map(([name, value]) => {
      if (MASKS.has(name) && task !== undefined)
        return [name, book.accountsIn(task, value as bigint).join("\n") || "nobody"];
      if (TIMES.has(name)) return [name, timeText(Number(value))];
      if (Array.isArray(value)) return [name, value.join("\n") || "none"];
      return [name, typeof value === "object" ? JSON.stringify(value) : String(value)];
    });
}

function timeText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? "for good" : date.toISOString();
}
