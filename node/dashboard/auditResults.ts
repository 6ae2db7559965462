import type { AuditReport, Where } from "../core/audit/report.ts";
import type { Bytes32 } from "../core/primitives.ts";
import type { UpdateDetails } from "../ports/dashboard.ts";

/** The part of an audit's JSON report that the page shows, and when it was written (unix seconds). */
export interface AuditFile extends Pick<AuditReport, "verdict" | "findings" | "unchecked"> {
  at: number;
}

/** An update, as findings name it. */
export interface UpdatePlace {
  task: Bytes32;
  round: number;
  member: number;
  sha256: Bytes32;
  /** Unix seconds. */
  at: number;
}

/** What an audit says of one update: findings and gaps that name its file, or its author's act in its round. */
export function auditOf(report: AuditFile | undefined, update: UpdatePlace): UpdateDetails["audit"] {
  if (report === undefined) return { result: "no report", findings: [] };
  if (update.at > report.at) return { result: "later", findings: [] };
  const about = (where: Where): boolean =>
    where.file === update.sha256 ||
    (where.task === update.task && where.round === update.round && where.member === update.member);
  const findings = report.findings.filter(about);
  const unchecked = report.unchecked.filter(about);
  const said = [...findings.map(({ code, text }) => `${code}: ${text}`), ...unchecked.map(({ text }) => text)];
  if (findings.some(({ severity }) => severity === "wrong")) return { result: "wrong", findings: said };
  if (unchecked.length > 0) return { result: "not checked", findings: said };
  return { result: findings.length > 0 ? "notice" : "nothing found", findings: said };
}
