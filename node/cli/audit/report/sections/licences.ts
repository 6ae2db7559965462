import { type Html, html } from "../../../html/html.ts";
import { tableOf } from "../../../html/tableOf.ts";
import { utc } from "../../../output/units.ts";
import type { ReportData } from "../data.ts";
import type { PageContext } from "../html.ts";
import { accountOf, amount, whole } from "./words.ts";

/** Most accounts that a page lists. */
const MOST = 1000;

/** Who is licensed, and when that was so. */
export function licencesSection({ licences }: ReportData, { names }: PageContext): Html {
  const rows = licences
    .slice(0, MOST)
    .map(({ account, role, expiresAt, registered, spans }) => [
      accountOf(account, names),
      role === "none" ? "none any more" : role,
      role === "node" ? utc(expiresAt) : "",
      registered ? "yes" : "no",
      spans.map(({ kind, from, to }) => html`<div>${kind} from ${utc(from)} to ${utc(to)}</div>`),
    ]);
  const rest = licences.length - rows.length;
  const columns = ["account", "licence now", "until", "registered", "in the time covered"].map((name) => ({ name }));
  return html`<h2>Licences</h2>
    <details>
      <summary>${amount(rows.length, "account")}</summary>
      ${tableOf("Accounts with a licence", columns, rows)}
    </details>
    ${rest > 0 && html`<p>${whole(rest)} more are in the JSON report.</p>`}`;
}
