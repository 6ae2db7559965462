/** Colours that are told apart with colour-blindness too (Okabe and Ito 2008), less the yellow, which white paper swallows. */
export const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#777777"] as const;

/** Dashes of lines, for print without colour; series beyond the colours take the colours again with the next dash. */
const DASHES = [undefined, "7 4", "2 3", "9 3 2 3"] as const;

/** How the i-th series is drawn. `class` lets a page choose other colours, as dark ones do. */
export interface SeriesStyle {
  colour: string;
  class: string;
  dash: string | undefined;
}

export function styleOf(i: number): SeriesStyle {
  const colour = i % COLOURS.length;
  return {
    colour: COLOURS[colour] as string,
    class: `series-${colour}`,
    dash: DASHES[Math.floor(i / COLOURS.length) % DASHES.length],
  };
}

/** CSS for pages with charts: what changes on dark ground. Blue and grey are too dark there. */
export const CHART_CSS = `.chart{max-width:100%;height:auto;color:inherit}
@media (prefers-color-scheme:dark){.chart .series-0{--c:#4aa8e0}.chart .series-6{--c:#aaaaaa}
.chart .stroke.series-0,.chart .stroke.series-6{stroke:var(--c)}.chart .fill.series-0,.chart .fill.series-6{fill:var(--c)}}
@media print{.chart{color:#000}}`;
