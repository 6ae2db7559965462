import { lineChart } from "../charts/lineChart.ts";
import { html, trusted } from "../html/html.ts";
import { page } from "../html/page.ts";
import { figure, tableOf } from "../html/tableOf.ts";
import { counted } from "../output/units.ts";
import { explanations, sameLines } from "./explain.ts";
import type { Comparison, Point } from "./results.ts";
import { DEFINITIONS, HEAD, outageWords, rowsOf } from "./words.ts";

/** The comparison as one HTML page with plots. */
export function comparisonReport(comparison: Comparison): string {
  const { task, results, failed, notes, clients, passes, rounds, seed, parameters, testRows } = comparison;
  const same = sameLines(results);
  /** Lines are drawn in order, so the last of those that are the same hides the others. */
  const legend = (mode: string, x: "passes" | "bytes"): string => {
    const over = same.find((modes) => modes.includes(mode))?.at(-1) ?? mode;
    return x === "passes" && over !== mode ? `${mode} (under ${over})` : mode === "local" ? "local (mean)" : mode;
  };
  const chart = (title: string, x: "passes" | "bytes", y: (point: Point) => number | undefined) =>
    lineChart({
      title,
      x: { label: x === "passes" ? "passes over the rows" : "bytes sent by all processes", min: 0 },
      y: { label: title },
      series: results.map(({ mode, points }) => ({
        name: legend(mode, x),
        points: points.map((point) => [point[x], y(point) ?? Number.NaN] as const),
      })),
    });
  const plots = (["passes", "bytes"] as const).flatMap((x) => [
    figure(trusted(chart("accuracy (%)", x, ({ accuracy }) => 100 * accuracy)), `Accuracy on the hold-out over ${x}`),
    figure(trusted(chart("AUC", x, ({ auc }) => auc)), `AUC on the hold-out over ${x}`),
  ]);
  const outages = results.flatMap((result) => outageWords(result) ?? []);
  const title = `Ways to train ${task} together`;
  const body = html`<h1>${title}</h1>
    <p>
      ${clients.length} clients, ${counted(rounds, "round")}, ${counted(passes, "pass", "passes")} over the rows in each
      mode, seed ${seed}, ${parameters} parameters; figures on ${testRows} rows that nobody trained on.
    </p>
    ${notes.map((note) => html`<p>${note}</p> `)}
    ${failed.map(({ mode, code, failed: why }) => html`<p class="verdict wrong">${mode} failed (${code}): ${why}</p> `)}
    ${tableOf(
      "Figures",
      HEAD.map((name, i) => ({ name, number: i > 0 })),
      rowsOf(comparison),
    )}
    ${explanations(comparison).map((text) => html`<p>${text}</p> `)} ${plots}
    ${tableOf(
      "What crosses the wire, and who must be trusted",
      [{ name: "mode" }, { name: "crosses the wire" }, { name: "trusted" }],
      results.map(({ mode }) => [mode, DEFINITIONS[mode].crosses, DEFINITIONS[mode].trusted]),
    )}
    ${outages.length === 0 ? "" : html`<h2>A process is killed</h2>`} ${outages.map((text) => html`<p>${text}</p> `)}
    ${tableOf(
      "Rows",
      [{ name: "client" }, { name: "rows", number: true }],
      clients.map(({ name, rows }) => [name, rows]),
    )} `;
  return page({ title, body });
}
