import { styleOf } from "./palette.ts";
import { element, label } from "./svg.ts";

const LINE = 18;
const SAMPLE = 26;
/** About the width of a character at the chart's size of letters, on the safe side. */
const LETTER = 6.6;
/** Longest name that is written out. */
const LONGEST = 40;

/** How the sample beside a name looks. */
export type Sample = "line" | "box";

/** Names of series below a chart, in as many lines as they need. @returns the lines, and their height */
export function legend(
  names: readonly string[],
  sample: Sample,
  { left, right, top }: { left: number; right: number; top: number },
): { parts: string[]; height: number } {
  const parts: string[] = [];
  let x = left;
  let y = top;
  for (const [i, full] of names.entries()) {
    const name = shortened(full);
    const width = SAMPLE + 6 + LETTER * name.length + 18;
    if (x > left && x + width > right) {
      x = left;
      y += LINE;
    }
    const { colour, class: style, dash } = styleOf(i);
    parts.push(
      sample === "line"
        ? element("line", {
            class: `stroke ${style}`,
            x1: x,
            y1: y - 4,
            x2: x + SAMPLE,
            y2: y - 4,
            stroke: colour,
            "stroke-width": 2.5,
            "stroke-dasharray": dash,
          })
        : element("rect", { class: `fill ${style}`, x: x + 8, y: y - 11, width: 14, height: 14, fill: colour }),
      label(x + SAMPLE + 6, y, name),
    );
    x += width;
  }
  return { parts, height: y - top + LINE };
}

/** Names as they go into a legend: long ones are cut in the middle. */
export function shortened(name: string, longest = LONGEST): string {
  const letters = [...name];
  if (letters.length <= longest) return name;
  const half = Math.floor((longest - 1) / 2);
  return `${letters.slice(0, half).join("")}…${letters.slice(-half).join("")}`;
}
