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

/** Collects what an audit finds, and turns it into the report. */
export class Recorder {
  findings: Finding[] = [];
  unchecked: Unchecked[] = [];
  stopped: StoppedTask[] = [];
  sources = new Set<string>();
  readonly counts: Omit<AuditCounts, "sources"> = {
    blocks: 0,
    events: 0,
    acts: 0,
    licenses: 0,
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
    copy.sources = new Set(this.sources);
    Object.assign(copy.counts, this.counts);
    return copy;
  }

  report(): AuditReport {
    const anyWrong = this.findings.some(({ severity }) => severity === "wrong");
    const verdict = anyWrong ? "wrong" : this.unchecked.length > 0 ? "incomplete" : "right";
    const counts = { ...this.counts, sources: this.sources.size };
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
