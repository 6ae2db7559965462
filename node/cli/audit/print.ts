import type { AuditReport } from "../../core/audit/report.ts";
import type { Cli } from "../cli.ts";
import { counted, shortTask } from "../output/units.ts";
import { filesWords, licencesWords } from "../words/audited.ts";
import { scoreText } from "../words/stopping.ts";

/** How many lines of one kind are printed for people; all are in the JSON. */
const MOST_LINES = 50;

/** The report in words: what was checked, what is wrong, what could not be checked, the verdict last. */
export function printReport({ out }: Cli, report: AuditReport, blocks: number): void {
  const { counts, findings, unchecked, verdict } = report;
  const looked = [
    `${counted(counts.events, "event")} of ${counted(counts.blocks, "block")}`,
    licencesWords(counts, counted),
    counted(counts.acts, "act"),
    counted(counts.tasks, "task"),
    counted(counts.roundsFinalized, "final round"),
    counted(counts.updatesChecked, "update"),
    counted(counts.mergesRecomputed, "merge"),
    filesWords(counts, counted),
    ...(blocks > 0 ? [`${counted(blocks, "stored block")}`] : []),
  ];
  out.say(`checked ${looked.join(", ")}`);
  for (const { severity, code, text } of findings.slice(0, MOST_LINES))
    out.say(`${severity === "wrong" ? "WRONG " : "notice"} ${code}: ${text}`);
  if (findings.length > MOST_LINES) out.say(`and ${findings.length - MOST_LINES} more findings (--json prints all)`);
  for (const { text } of unchecked.slice(0, MOST_LINES)) out.say(`not checked: ${text}`);
  if (unchecked.length > MOST_LINES) out.say(`and ${unchecked.length - MOST_LINES} more that could not be checked`);
  for (const { task, after, best } of report.stopped) {
    const score = `whose score is ${scoreText(best.score)}`;
    out.say(`task ${shortTask(task)} stopped early after round ${after}; its best round is ${best.round}, ${score}`);
  }
  out.say(`verdict: ${VERDICTS[verdict]}`);
  out.json({ ...report, storedBlocks: blocks });
}

const VERDICTS = {
  right: "right. Every act, update and merge is as the ledger and the rules say.",
  wrong: "WRONG. See the findings above.",
  incomplete: "incomplete. What could be checked is right; what is listed above could not be checked any more.",
} as const;
