import type { Verdict } from "../../../../core/audit/report.ts";
import { type Html, html } from "../../../html/html.ts";
import { utc } from "../../../output/units.ts";
import type { ReportData } from "../data.ts";
import type { PageContext } from "../html.ts";
import { amount, whole } from "./words.ts";

const VERDICTS: Readonly<Record<Verdict, [word: string, text: string]>> = {
  right: ["Right.", "Every recorded act, update and merge is as the ledger and the rules say."],
  wrong: [
    "WRONG.",
    "At least one thing is not as the ledger and the rules say. The findings say what, and what to do.",
  ],
  incomplete: [
    "Incomplete.",
    "What could be checked is right, but not all could be checked any more. What could not is listed below.",
  ],
};

/** The verdict, what it stands on in a few sentences, and what exactly was audited. */
export function summarySection(data: ReportData, { sha256, json }: PageContext): Html {
  const { verdict, network, covered, counts, findings, unchecked } = data;
  const [word, text] = VERDICTS[verdict];
  const wrong = findings.filter(({ severity }) => severity === "wrong").length;
  const rows: [string, Html | string][] = [
    ["Ledger (contract SwarmLedger)", html`<code>${network.ledger}</code>`],
    ["Registry (contract NodeRegistry)", html`<code>${network.registry}</code>`],
    [
      "Hashes of the contracts' code",
      html`<code>${network.ledgerCodeHash}</code>, <code>${network.registryCodeHash}</code>`,
    ],
    ["Chain", html`id ${network.chainId}, first block <code>${network.genesis}</code>`],
    ["When its events count", network.finality],
    [
      "Blocks covered",
      `${whole(covered.fromBlock)} to ${whole(covered.toBlock)}, from ${utc(covered.fromTime)} to ${utc(covered.toTime)}`,
    ],
    ["Files were read from", data.filesFrom],
    ["Software", `${data.software.name} ${data.software.version}, protocol ${data.software.protocol}`],
    ["sha256 of this report's data", html`<code>${sha256}</code>`],
  ];
  return html`<h1>Audit of a swarm-learning network</h1>
    <p class="verdict ${verdict}"><strong>Verdict: ${word}</strong> ${text}</p>
    ${!data.complete && html`<p><strong>Not the last word:</strong> this was written while the audit went on with the network.</p>`}
    <p>
      Clinics train a model together without showing each other a patient's record. Each records on a ledger the hash of
      every change to the model that it contributes; this audit read the whole ledger, fetched the files, and computed
      again what the clinics' nodes should have computed. It found ${amount(wrong, "thing")} wrong and
      ${amount(findings.length - wrong, "thing")} to take note of; ${amount(unchecked.length, "thing")} could not be
      checked. It covers ${amount(counts.roundsFinalized, "final round")}, ${amount(counts.updatesChecked, "update")}
      and ${amount(counts.tasks, "task")}.
    </p>
    <h2>What was audited</h2>
    <dl>
      ${rows.map(
        ([name, value]) =>
          html`<dt>${name}</dt>
            <dd>${value}</dd>`,
      )}
    </dl>
    <p>
      ${
        json === undefined
          ? html`The last hash is that of this audit's JSON report. None was written with this page;
              <code>--report audit.json</code> writes one.`
          : html`The last hash is that of the JSON report which the same run wrote, <code>${json}</code>.`
      }
      <code>sha256sum</code> of that file shows whether a figure was changed since.
    </p>`;
}
