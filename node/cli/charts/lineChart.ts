import { type Axis, axes, PLOT, WIDTH } from "./axes.ts";
import { legend } from "./legend.ts";
import { styleOf } from "./palette.ts";
import { linearScale, shortNumber } from "./scale.ts";
import { element, picture, tip } from "./svg.ts";
import { type Point, thin } from "./thin.ts";

export interface Series {
  name: string;
  /** In the order of x; a y that is not finite (NaN) is a gap. */
  points: readonly Point[];
}

export interface LineChart {
  title: string;
  x: Axis;
  y: Axis;
  series: readonly Series[];
}

/** Up to so many points of a line have dots that say their values. */
const MOST_DOTS = 60;

/** Lines over a common axis, as a self-contained SVG. Series are told apart by colour and dash; a description says the figures in words. */
export function lineChart({ title, x, y, series }: LineChart): string {
  const plot = PLOT;
  const across = linearScale(valuesOf(series, 0), x, [plot.left, plot.right], 8);
  const up = linearScale(valuesOf(series, 1), y, [plot.bottom, plot.top]);
  const names = legend(
    series.map(({ name }) => name),
    "line",
    { left: plot.left, right: plot.right, top: plot.bottom + 62 },
  );
  const say = { x: x.format ?? shortNumber, y: y.format ?? shortNumber };
  const lines = series.flatMap(({ name, points }, i) => {
    const { colour, class: style, dash } = styleOf(i);
    const place = ([a, b]: Point): string => `${round(across.at(a))},${round(up.at(b))}`;
    const stretches = stretchesOf(thin(points));
    return [
      ...stretches
        .filter((stretch) => stretch.length > 1)
        .map((stretch) =>
          element(
            "polyline",
            {
              class: `stroke ${style}`,
              points: stretch.map(place).join(" "),
              fill: "none",
              stroke: colour,
              "stroke-width": 2,
              "stroke-dasharray": dash,
            },
            [tip(name)],
          ),
        ),
      // A point between two gaps has no line, so it needs its dot.
      ...(points.length <= MOST_DOTS ? stretches.flat() : stretches.filter(({ length }) => length === 1).flat()).map(
        (point) =>
          element(
            "circle",
            { class: `fill ${style}`, cx: across.at(point[0]), cy: up.at(point[1]), r: 3, fill: colour },
            [tip(`${name}, ${x.label} ${say.x(point[0])}: ${say.y(point[1])}`)],
          ),
      ),
    ];
  });
  const size = { width: WIDTH, height: plot.bottom + 56 + names.height };
  const frame = axes(title, plot, { axis: x, scale: across, grid: true }, { axis: y, scale: up });
  return picture({ title, description: describe(x, y, series, say) }, size, [...frame, ...lines, ...names.parts]);
}

function* valuesOf(series: readonly Series[], index: 0 | 1): Iterable<number> {
  for (const { points } of series) for (const point of points) if (Number.isFinite(point[1])) yield point[index];
}

/** Points between gaps. */
function stretchesOf(points: readonly Point[]): Point[][] {
  const stretches: Point[][] = [[]];
  for (const point of points) {
    if (Number.isFinite(point[1])) stretches.at(-1)?.push(point);
    else stretches.push([]);
  }
  return stretches.filter(({ length }) => length > 0);
}

/** What a sighted reader takes from the lines. */
function describe(x: Axis, y: Axis, series: readonly Series[], say: Record<"x" | "y", (v: number) => string>): string {
  const words = series.map(({ name, points }) => {
    const real = points.filter(([, value]) => Number.isFinite(value));
    const [first, last] = [real[0], real.at(-1)];
    if (first === undefined || last === undefined) return `${name}: no values`;
    let [low, high] = [first[1], first[1]];
    for (const [, value] of real) [low, high] = [Math.min(low, value), Math.max(high, value)];
    return `${name}: ${say.y(first[1])} at ${say.x(first[0])}, ${say.y(last[1])} at ${say.x(last[0])}, between ${say.y(low)} and ${say.y(high)}`;
  });
  return `Line chart of ${y.label} over ${x.label}. ${words.join(". ")}.`;
}

const round = (value: number): number => Math.round(10 * value) / 10;
