import { html } from "../../html/html.ts";
import { page } from "../../html/page.ts";
import type { Names } from "../../names.ts";
import type { Bytes32 } from "../../../core/primitives.ts";
import type { ReportData } from "./data.ts";
import { checkedSection } from "./sections/checked.ts";
import { findingsSection } from "./sections/findings.ts";
import { licencesSection } from "./sections/licences.ts";
import { repeatSection } from "./sections/repeat.ts";
import { summarySection } from "./sections/summary.ts";
import { taskSection } from "./sections/task.ts";
import { timelineSection } from "./sections/timeline.ts";
import { updatesSection } from "./sections/updates.ts";
import type { UpdateLog } from "./updateLog.ts";

/** Most tasks that are drawn; a licensed node can create any number. Those with most attempts come first. */
const MOST_TASKS = 20;

/** What the page says beside the data. */
export interface PageContext {
  /** Of the report's data. */
  sha256: Bytes32;
  /** The file that has this hash, if it was written. */
  json?: string;
  /** The operator's own names of accounts. */
  names: Names;
}

/**
 * The report as a page for people who did not build the network: verdict, findings and what to do, what was checked and what cannot be, pictures,
 * and how to repeat it. Its size has a bound: long tables are cut, and say so.
 */
export async function htmlReport(data: ReportData, updates: UpdateLog, context: PageContext): Promise<string> {
  const tasks = data.tasks.toSorted((a, b) => b.attempts.length - a.attempts.length);
  const more = tasks.length - MOST_TASKS;
  const body = html`
    ${summarySection(data, context)} ${findingsSection(data)} ${checkedSection(data)} ${timelineSection(data, context)}
    ${tasks.slice(0, MOST_TASKS).map((task) => taskSection(task, context))}
    ${more > 0 && html`<p>${more} more tasks are in the JSON report.</p>`} ${await updatesSection(updates, context)}
    ${licencesSection(data, context)} ${repeatSection(data, context)}
  `;
  return page({ title: `Audit: ${data.verdict}`, body });
}
