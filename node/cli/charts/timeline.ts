import { WIDTH } from "./axes.ts";
import { legend, shortened } from "./legend.ts";
import { styleOf } from "./palette.ts";
import { element, label, picture, tip } from "./svg.ts";
import { timeFormat, timeScale } from "./timeScale.ts";

/** Something that lasted: [from, to) in unix seconds. */
export interface Span {
  from: number;
  to: number;
  /** Index into the timeline's `kinds`. */
  kind: number;
  /** What it was, in words. */
  text: string;
}

export interface Lane {
  name: string;
  spans: readonly Span[];
}

export interface Timeline {
  title: string;
  /** Ends of the axis in unix seconds. */
  from: number;
  to: number;
  /** What the colours stand for. */
  kinds: readonly string[];
  lanes: readonly Lane[];
}

const LEFT = 170;
const RIGHT = 704;
const TOP = 40;
const LANE = 24;

/** Lanes of spans over time (UTC), as a self-contained SVG. */
export function timeline({ title, from, to, kinds, lanes }: Timeline): string {
  const scale = timeScale(from, to, [LEFT, RIGHT]);
  const format = timeFormat(scale);
  const bottom = TOP + LANE * lanes.length;
  const grid = scale.ticks.flatMap((tick) => [
    element("line", {
      x1: scale.at(tick),
      y1: TOP,
      x2: scale.at(tick),
      y2: bottom,
      stroke: "currentColor",
      "stroke-opacity": "0.2",
    }),
    label(scale.at(tick), bottom + 18, format(tick), { "text-anchor": "middle" }),
  ]);
  const rows = lanes.flatMap(({ name, spans }, i) => {
    const top = TOP + LANE * i;
    return [
      label(LEFT - 10, top + 16, shortened(name, 20), { "text-anchor": "end" }),
      ...spans.map(({ from: start, to: end, kind, text }) => {
        const { colour, class: style } = styleOf(kind);
        const x = scale.at(Math.max(from, start));
        // What lasted too short to be seen still gets a line.
        const width = Math.max(1, scale.at(Math.min(scale.max, end)) - x);
        return element("rect", { class: `fill ${style}`, x, y: top + 4, width, height: LANE - 8, fill: colour }, [
          tip(text),
        ]);
      }),
    ];
  });
  const below = legend(kinds, "box", { left: LEFT, right: RIGHT, top: bottom + 62 });
  const day = (seconds: number): string =>
    `${new Date(seconds * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`;
  const counts = kinds.map(
    (kind, index) =>
      `${kind}: ${lanes.reduce((sum, { spans }) => sum + spans.filter((span) => span.kind === index).length, 0)}`,
  );
  const description = `Timeline from ${day(from)} to ${day(to)} with ${lanes.length} lanes. Spans by kind: ${counts.join(", ")}.`;
  return picture({ title, description }, { width: WIDTH, height: bottom + 56 + below.height }, [
    label(16, 22, title, { "font-size": 15, "font-weight": "bold" }),
    ...grid,
    ...rows,
    label((LEFT + RIGHT) / 2, bottom + 38, `time (UTC), ${day(from).slice(0, 10)} to ${day(to).slice(0, 10)}`, {
      "text-anchor": "middle",
    }),
    ...below.parts,
  ]);
}
