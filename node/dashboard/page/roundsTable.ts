import { html } from "htm/preact";
import { useState } from "preact/hooks";
import type { RoundFigures } from "./figuresPart.ts";
import { fixed, percent, short, time } from "./format.ts";
import { pager } from "./pager.ts";

const SIZE = 25;

/** All final rounds, the newest first. */
export function roundsTable({ rounds }: { rounds: readonly RoundFigures[] }) {
  const [offset, go] = useState(0);
  const end = rounds.length - Math.min(offset, Math.max(0, rounds.length - 1));
  const shown = rounds.slice(Math.max(0, end - SIZE), end).toReversed();
  const range = `${shown.at(-1)?.round} to ${shown[0]?.round}`;
  return html`
    <${pager} what="rounds" total=${rounds.length} offset=${offset} size=${SIZE} range=${range} go=${go} />
    <div class="scroll" tabindex="0" role="region" aria-label="Final rounds">
      <table>
        <thead>
          <tr>
            <th scope="col">Round</th>
            <th scope="col">Included</th>
            <th scope="col">Submitted</th>
            <th scope="col">Clipped</th>
            <th scope="col">Refused</th>
            <th scope="col">Votes</th>
            <th scope="col">Accuracy here</th>
            <th scope="col">AUC here</th>
            <th scope="col">Loss here</th>
            <th scope="col">Accuracy, swarm</th>
            <th scope="col">Attempts</th>
            <th scope="col">Model</th>
            <th scope="col">Final at</th>
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            ({ own, ...round }) =>
              html`<tr key=${round.round} data-final=${round.round}>
                <th scope="row">${round.round}</th>
                <td>${round.included}</td>
                <td>${round.submitted}</td>
                <td title=${own?.clipped.join(", ")}>${own ? own.clipped.length + own.dropped.length : "-"}</td>
                <td class=${round.refused > 0 ? "bad" : ""}>${round.refused}</td>
                <td>${round.voters}</td>
                <td>${percent(own?.accuracy)}</td>
                <td>${fixed(own?.auc)}</td>
                <td>${fixed(own?.loss)}</td>
                <td>${percent(round.evaluation)}</td>
                <td>${round.attempts}</td>
                <td class="mono" title=${round.model}>${short(round.model)}</td>
                <td>${time(round.at)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    <p class="faint">Clipped counts updates that this node's own merge shortened or left out.</p>
  `;
}
