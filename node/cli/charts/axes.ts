import { type Scale, shortNumber } from "./scale.ts";
import { element, label } from "./svg.ts";

/** What an axis says. */
export interface Axis {
  /** With its unit: "bytes", "accuracy (%)". */
  label: string;
  /** Ends of the axis; where they are left out, the values decide. */
  min?: number;
  max?: number;
  /** Ticks at whole numbers only. */
  whole?: boolean;
  /** How a value is written; `shortNumber` where left out. */
  format?: (value: number) => string;
}

/** Sides of the plot within the picture. */
export interface Plot {
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** Of every chart, so that charts under each other line up. In units of the picture. */
export const WIDTH = 720;
export const PLOT: Plot = { left: 72, right: 704, top: 40, bottom: 280 };

/** Grid, ticks and words of both axes, and the title above. */
export function axes(
  title: string,
  plot: Plot,
  x: { axis: Axis; scale: Scale; grid: boolean },
  y: { axis: Axis; scale: Scale },
): string[] {
  const { left, right, top, bottom } = plot;
  const line = (x1: number, y1: number, x2: number, y2: number, strength: string): string =>
    element("line", { x1, y1, x2, y2, stroke: "currentColor", "stroke-opacity": strength });
  const upFormat = y.axis.format ?? shortNumber;
  const acrossFormat = x.axis.format ?? shortNumber;
  const middle = (top + bottom) / 2;
  return [
    label(left, 22, title, { "font-size": 15, "font-weight": "bold" }),
    ...y.scale.ticks.flatMap((tick) => [
      line(left, y.scale.at(tick), right, y.scale.at(tick), "0.15"),
      label(left - 8, y.scale.at(tick) + 4, upFormat(tick), { "text-anchor": "end" }),
    ]),
    ...x.scale.ticks.flatMap((tick) => [
      ...(x.grid ? [line(x.scale.at(tick), top, x.scale.at(tick), bottom, "0.15")] : []),
      label(x.scale.at(tick), bottom + 18, acrossFormat(tick), { "text-anchor": "middle" }),
    ]),
    line(left, bottom, right, bottom, "0.6"),
    line(left, top, left, bottom, "0.6"),
    label((left + right) / 2, bottom + 38, x.axis.label, { "text-anchor": "middle" }),
    label(16, middle, y.axis.label, { "text-anchor": "middle", transform: `rotate(-90 16 ${middle})` }),
  ];
}
