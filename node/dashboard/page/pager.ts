import { html } from "htm/preact";

interface Properties {
  /** What is paged, in the plural. */
  what: string;
  total: number;
  offset: number;
  size: number;
  /** What is shown, where it is not counted from the newest. */
  range?: string;
  go(offset: number): void;
}

/** Buttons through the pages of a table. */
export function pager({ what, total, offset, size, range, go }: Properties) {
  const last = Math.max(0, Math.floor((total - 1) / size) * size);
  const button = (label: string, to: number, disabled: boolean) =>
    html`<button type="button" disabled=${disabled} onClick=${() => go(to)}>${label}</button>`;
  return html`<div class="pager" role="group" aria-label=${`Pages of ${what}`}>
    ${button("Newest", 0, offset === 0)} ${button("Newer", Math.max(0, offset - size), offset === 0)}
    ${button("Older", Math.min(last, offset + size), offset >= last)} ${button("Oldest", last, offset >= last)}
    <span data-total=${total}>
      ${total === 0 ? `no ${what}` : `${range ?? `${offset + 1} to ${Math.min(total, offset + size)}`} of ${total} ${what}`}
    </span>
  </div>`;
}
