import { type Html, html, type Part } from "./html.ts";

/** A column: `number` ones stand to the right. */
export interface Column {
  name: string;
  number?: boolean;
}

/** A table with a caption and headers that screen readers tie to cells; the first cell of each row names the row. */
export function tableOf(caption: string, columns: readonly Column[], rows: Iterable<readonly Part[]>): Html {
  const side = (column: number): string => (columns[column]?.number ? "n" : "t");
  const lines: Html[] = [];
  for (const row of rows) {
    lines.push(
      html`<tr>
        ${row.map((cell, i) =>
          i === 0 ? html`<th scope="row" class="${side(i)}">${cell}</th>` : html`<td class="${side(i)}">${cell}</td>`,
        )}
      </tr> `,
    );
  }
  return html`<div class="scroll">
    <table>
      <caption>
        ${caption}
      </caption>
      <thead>
        <tr>
          ${columns.map(({ name }, i) => html`<th scope="col" class="${side(i)}">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${lines}
      </tbody>
    </table>
  </div>`;
}

/** A picture with its caption. @param svg of node/cli/charts */
export const figure = (svg: Html, caption: Part): Html =>
  html`<figure>
    ${svg}
    <figcaption>${caption}</figcaption>
  </figure>`;
