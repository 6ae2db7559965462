import { type Html, html } from "../../../html/html.ts";
import { filesWords, licencesWords } from "../../../words/audited.ts";
import type { ReportData } from "../data.ts";
import { amount, whereOf, whole } from "./words.ts";

/** Most of what could not be checked that is written out. */
const MOST = 500;

/** What was checked, what could not be, and what no such audit can tell. */
export function checkedSection({ counts, unchecked, storedBlocks }: ReportData): Html {
  const rest = unchecked.length - MOST;
  const list = html`<ul>
    ${unchecked.slice(0, MOST).map((each) => html`<li>${each.text}<br />${whereOf(each)}</li>`)}
  </ul>`;
  return html`<h2>What was checked</h2>
    <ul>
      <li>
        <strong>Who took part:</strong> ${licencesWords(counts, amount)}, and each of
        ${amount(counts.acts, "recorded act")} of council and members. Licences were decided by enough licensors; nobody
        acted without one, out of turn or twice, but for what is among the findings.
      </li>
      <li>
        <strong>The ledger itself:</strong> ${amount(counts.events, "event")} in ${amount(counts.blocks, "block")}, each
        held against the rules: who was in a round, deadlines, thresholds, votes;
        ${amount(counts.roundsFinalized, "final round")} and ${amount(counts.attemptsAborted, "aborted attempt")}.
      </li>
      <li>
        <strong>Updates:</strong> ${amount(counts.updatesChecked, "update")} fetched, held against their hash on the
        ledger, and against what an update may be: of this round and member, of the model's shape, no larger than the
        task allows.
      </li>
      <li>
        <strong>Models:</strong> ${amount(counts.mergesRecomputed, "merge")} computed anew from the updates and compared
        with the model that the members agreed on, byte by byte.
      </li>
      <li>
        <strong>Copies:</strong>
        ${filesWords(counts, amount)}${storedBlocks > 0 && html`, and ${amount(storedBlocks, "stored block")} of sealed files`}.
      </li>
    </ul>
    <h2>What could not be checked</h2>
    ${
      unchecked.length === 0
        ? html`<p>Nothing: all that the ledger speaks of was there.</p>`
        : unchecked.length > 10
          ? html`<details open>
              <summary>${amount(Math.min(MOST, unchecked.length), "entry", "entries")}</summary>
              ${list}
            </details>`
          : list
    }
    ${rest > 0 && html`<p>${whole(rest)} more of them are in the JSON and CSV reports.</p>`}
    <h2>What no such audit can tell</h2>
    <ul>
      <li>
        <strong>What a clinic trained with.</strong> Patients' records never leave it, so nobody outside sees whether
        they are real, right or lawfully used.
      </li>
      <li>
        <strong>Whether an update is honest.</strong> It is checked for form and size. A clinic can follow every rule
        and still teach the model something wrong.
      </li>
      <li>
        <strong>What can be learned from updates.</strong> They are sealed to members and auditors, who can read them;
        what they could infer from them about patients is a matter of the task's privacy settings.
      </li>
      <li><strong>Whether the model is good for patients.</strong> Figures on the ledger are the members' own.</li>
      <li>
        <strong>Whether this is the chain that others see.</strong> An endpoint can show a history of its own: compare
        the hashes above with another organization's audit.
      </li>
    </ul>`;
}
