import type { CheckedUpdate } from "../../../../core/audit/observer.ts";
import { numberOf } from "../../../../core/audit/nameOf.ts";
import { type Html, html, type Part } from "../../../html/html.ts";
import { tableOf } from "../../../html/tableOf.ts";
import { shortTask } from "../../../output/units.ts";
import type { PageContext } from "../html.ts";
import type { UpdateLog } from "../updateLog.ts";
import { amount, bytesOf, figureOf, shortAccount, STATE_WORDS, whole } from "./words.ts";

/** Most updates that a page lists. */
const MOST = 2000;

const COLUMNS = [
  { name: "task" },
  { name: "round", number: true },
  { name: "attempt", number: true },
  { name: "member", number: true },
  { name: "account" },
  { name: "came to" },
  { name: "weight", number: true },
  { name: "held by", number: true },
  { name: "norm", number: true },
  { name: "size", number: true },
  { name: "sha256 of the file" },
];

/** Each checked update, as far as a page can hold them. */
export async function updatesSection(updates: UpdateLog, { names }: PageContext): Promise<Html> {
  const rows: Part[][] = [];
  if (updates.count > 0) {
    for await (const update of updates.all()) {
      rows.push(rowOf(update));
      if (rows.length === MOST) break;
    }
  }
  const rest = updates.count - rows.length;
  return html`<h2>Updates</h2>
    ${
      rows.length === 0
        ? html`<p>None.</p>`
        : html`<details>
            <summary>${amount(rows.length, "update")} of ${whole(updates.count)}</summary>
            ${tableOf("Checked updates", COLUMNS, rows)}
          </details>`
    }
    ${rest > 0 && html`<p>The other ${whole(rest)} are in the CSV and JSON reports.</p>`}`;

  function rowOf({
    task,
    round,
    attempt,
    member,
    account,
    state,
    weight,
    held,
    norm,
    bytes,
    file,
  }: CheckedUpdate): Part[] {
    return [
      html`<code>${shortTask(task)}</code>`,
      round,
      numberOf(attempt),
      numberOf(member),
      account && shortAccount(account, names),
      STATE_WORDS[state],
      whole(weight),
      held,
      norm === undefined ? "" : figureOf(norm),
      bytes === undefined ? "" : bytesOf(bytes),
      html`<code>${file}</code>`,
    ];
  }
}
