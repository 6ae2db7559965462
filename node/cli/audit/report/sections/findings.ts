import type { Finding } from "../../../../core/audit/report.ts";
import { type Html, html } from "../../../html/html.ts";
import type { ReportData } from "../data.ts";
import { MEANINGS } from "../meanings.ts";
import { amount, whereOf, whole } from "./words.ts";

/** Most findings of one kind that are written out. */
const MOST = 200;

/** Every kind of finding with its meaning and what to do, the wrong ones first, and each finding in words. */
export function findingsSection({ findings }: ReportData): Html {
  const kinds = Map.groupBy(findings, ({ severity, code }) => `${severity} ${code}`);
  const sorted = [...kinds.values()].sort(
    ([a], [b]) => Number(b?.severity === "wrong") - Number(a?.severity === "wrong"),
  );
  return html`<h2>Findings</h2>
    ${findings.length === 0 ? html`<p>None.</p>` : sorted.map(kindOf)}`;
}

function kindOf(findings: readonly Finding[]): Html {
  const [{ code, severity }] = findings as [Finding];
  const { meaning, advice } = MEANINGS[code];
  const list = html`<ul>
    ${findings.slice(0, MOST).map((finding) => html`<li>${finding.text}<br />${whereOf(finding)}</li>`)}
  </ul>`;
  const rest = findings.length - MOST;
  return html`<section class="finding">
    <h3>${severity === "wrong" ? "Wrong" : "Notice"}: <code>${code}</code>, ${amount(findings.length, "time")}</h3>
    <p><strong>What it means.</strong> ${meaning}</p>
    <p><strong>What to do.</strong> ${advice}</p>
    ${
      findings.length > 10
        ? html`<details open>
            <summary>${amount(Math.min(MOST, findings.length), "finding")} in words</summary>
            ${list}
          </details>`
        : list
    }
    ${rest > 0 && html`<p>${whole(rest)} more of them are in the JSON and CSV reports.</p>`}
  </section>`;
}
