import { type Axis, axes, PLOT, WIDTH } from "./axes.ts";
import { legend } from "./legend.ts";
import { styleOf } from "./palette.ts";
import { linearScale, shortNumber } from "./scale.ts";
import { element, picture, tip } from "./svg.ts";

export interface Bar {
  /** What the bar stands for: a round's number, say. */
  label: string;
  /** One for each name, not negative, in that order. */
  values: readonly number[];
}

export interface StackedBars {
  title: string;
  x: Pick<Axis, "label">;
  y: Axis;
  /** Of the parts that bars are made of, from the bottom. */
  names: readonly string[];
  bars: readonly Bar[];
}

/** More bars than this are put together, neighbours into one. */
const MOST_BARS = 100;
/** Room that a label below a bar needs, in units of the picture. */
const LABEL_ROOM = 48;

/** Bars of parts on top of each other, as a self-contained SVG. Where there are too many, each stands for the sum of several neighbours. */
export function stackedBars({ title, x, y, names, bars }: StackedBars): string {
  const plot = PLOT;
  const shown = grouped(bars, MOST_BARS);
  const size = Math.ceil(bars.length / MOST_BARS);
  const up = linearScale(
    shown.map(({ values }) => sum(values)),
    { ...y, min: 0 },
    [plot.bottom, plot.top],
  );
  const step = (plot.right - plot.left) / Math.max(1, shown.length);
  const every = Math.max(1, Math.ceil(LABEL_ROOM / step));
  const say = y.format ?? shortNumber;
  const parts = shown.flatMap(({ label, values }, i) => {
    let below = 0;
    return values.flatMap((value, part) => {
      const [from, to] = [up.at(below), up.at(below + value)];
      below += value;
      if (value <= 0) return [];
      const { colour, class: style } = styleOf(part);
      const place = { x: plot.left + step * (i + 0.12), y: to, width: step * 0.76, height: from - to };
      return [
        element("rect", { class: `fill ${style}`, ...place, fill: colour }, [
          tip(`${x.label} ${label}, ${names[part] ?? ""}: ${say(value)}`),
        ]),
      ];
    });
  });
  const across = {
    min: 0,
    max: shown.length,
    ticks: [...shown.keys()].filter((i) => i % every === 0),
    at: (i: number) => plot.left + step * (i + 0.5),
  };
  const axis: Axis = {
    label: size > 1 ? `${x.label} (each bar: ${size} together)` : x.label,
    format: (i) => shown[i]?.label ?? "",
  };
  const below = legend(names, "box", { left: plot.left, right: plot.right, top: plot.bottom + 62 });
  const description = `Bars of ${y.label} for each ${x.label}. ${names
    .map((name, part) => `${name}: ${say(sum(bars.map(({ values }) => values[part] ?? 0)))} in all`)
    .join(". ")}.`;
  return picture({ title, description }, { width: WIDTH, height: plot.bottom + 56 + below.height }, [
    ...axes(title, plot, { axis, scale: across, grid: false }, { axis: y, scale: up }),
    ...parts,
    ...below.parts,
  ]);
}

/** Neighbours summed, so that at most `most` bars remain; a label names the first and the last of them. */
export function grouped(bars: readonly Bar[], most: number): readonly Bar[] {
  const size = Math.ceil(bars.length / most);
  if (size <= 1) return bars;
  return Array.from({ length: Math.ceil(bars.length / size) }, (_, i) => {
    const own = bars.slice(i * size, (i + 1) * size);
    const [first, last] = [own[0]?.label ?? "", own.at(-1)?.label ?? ""];
    const values = own[0]?.values.map((_, part) => sum(own.map(({ values: each }) => each[part] ?? 0))) ?? [];
    return { label: own.length === 1 ? first : `${first}–${last}`, values };
  });
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
