import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import uPlot from "uplot";

export interface Series {
  name: string;
  /** A value for each x; null where there is none. */
  values: (number | null)[];
  format(value: number | null): string;
}

interface Properties {
  title: string;
  /** Rounds. */
  x: number[];
  series: Series[];
  /** Of the vertical axis; as the values are where left out. */
  range?: [number, number];
}

const HEIGHT = 220;
const color = (name: string): string => getComputedStyle(document.documentElement).getPropertyValue(name);

/** Lines over rounds. What is under the pointer, or else the newest value, stands in the legend; the table of rounds has all of them. */
export function chart({ title, x, series, range }: Properties) {
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | undefined>(undefined);
  const [at, setAt] = useState<number | undefined>(undefined);
  useEffect(() => {
    const element = place.current as HTMLDivElement;
    const made = new uPlot(options(element.clientWidth, series.length, range, setAt), [[]], element);
    plot.current = made;
    const resized = new ResizeObserver(() => made.setSize({ width: element.clientWidth, height: HEIGHT }));
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    const recolor = (): void => made.redraw(false, true);
    scheme.addEventListener("change", recolor);
    return () => {
      scheme.removeEventListener("change", recolor);
      resized.disconnect();
      made.destroy();
    };
  }, [series.length]);
  useEffect(() => plot.current?.setData([x, ...series.map(({ values }) => values)]), [x, series]);
  const index = at ?? x.length - 1;
  return html`<figure class="panel">
    <figcaption>${title}${x[index] === undefined ? "" : `, round ${x[index]}`}</figcaption>
    <ul class="legend">
      ${series.map(({ name, values, format }) => html`<li>${name}: ${format(at === undefined ? newest(values) : (values[at] ?? null))}</li>`)}
    </ul>
    <div
      class="chart"
      role="img"
      aria-label=${`${title} over ${x.length} rounds; the table of rounds has the values`}
      ref=${place}
    ></div>
  </figure>`;
}

const newest = (values: readonly (number | null)[]): number | null => values.findLast((it) => it !== null) ?? null;

function options(
  width: number,
  count: number,
  range: [number, number] | undefined,
  onPointer: (index: number | undefined) => void,
): uPlot.Options {
  const axis: uPlot.Axis = {
    stroke: () => color("--faint"),
    grid: { stroke: () => color("--soft-edge"), width: 1 },
    ticks: { stroke: () => color("--soft-edge"), width: 1 },
  };
  return {
    width,
    height: HEIGHT,
    legend: { show: false },
    cursor: { drag: { x: false, y: false } },
    scales: { x: { time: false }, y: range ? { range } : {} },
    axes: [
      { ...axis, incrs: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000] },
      { ...axis, size: 56 },
    ],
    series: [
      {},
      ...Array.from({ length: count }, (_, i) => ({
        stroke: () => color(`--line-${i + 1}`),
        width: 2,
        spanGaps: true,
      })),
    ],
    hooks: { setCursor: [(plot) => onPointer(plot.cursor.idx ?? undefined)] },
  };
}
