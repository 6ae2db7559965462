import type { Address } from "../primitives.ts";
import {
  type AuditCounts,
  type AuditReport,
  EXIT_CODES,
  type Finding,
  type FindingCode,
  type StoppedTask,
  type Unchecked,
  type Where,
} from "./report.ts";

/** Counted once each, however often they come. */
type Distinct = "licenses" | "auditors" | "sources" | "nodes" | "folders";

/** Collects what an audit finds, and turns it into the report. */
export class Recorder {
  findings: Finding[] = [];
  unchecked: Unchecked[] = [];
  stopped: StoppedTask[] = [];
  /** Accounts. */
  licensed = new Set<Address>();
  auditors = new Set<Address>();
  /** Names of those who gave copies. */
  nodes = new Set<string>();
  folders = new Set<string>();
  readonly counts: Omit<AuditCounts, Distinct> = {
    blocks: 0,
    events: 0,
    acts: 0,
    tasks: 0,
    roundsFinalized: 0,
    attemptsAborted: 0,
    updatesChecked: 0,
    mergesRecomputed: 0,
    files: 0,
  };

  wrong(code: FindingCode, text: string, where: Where): void {
    this.findings.push({ code, severity: "wrong", text, ...where });
  }

  notice(code: FindingCode, text: string, where: Where): void {
    this.findings.push({ code, severity: "notice", text, ...where });
  }

  cannotCheck(text: string, where: Where): void {
    this.unchecked.push({ text, ...where });
  }

  /** Another one that holds the same so far. */
  copy(): Recorder {
    const copy = new Recorder();
    copy.findings = [...this.findings];
    copy.unchecked = [...this.unchecked];
    copy.stopped = [...this.stopped];
    copy.licensed = new Set(this.licensed);
    copy.auditors = new Set(this.auditors);
    copy.nodes = new Set(this.nodes);
    copy.folders = new Set(this.folders);
    Object.assign(copy.counts, this.counts);
    return copy;
  }

  report(): AuditReport {
    const anyWrong = this.findings.some(({ severity }) => severity === "wrong");
    const verdict = anyWrong ? "wrong" : this.unchecked.length > 0 ? "incomplete" : "right";
    const { licensed, auditors, nodes, folders } = this;
    const counts = {
      ...this.counts,
      licenses: licensed.size,
      auditors: auditors.size,
      sources: nodes.size + folders.size,
      nodes: nodes.size,
      folders: folders.size,
    };
    return {
      verdict,
      exitCode: EXIT_CODES[verdict],
      counts,
      findings: this.findings,
      unchecked: this.unchecked,
      stopped: this.stopped,
    };
  }
}
