import { sources } from "./data.ts";
import { harmful } from "./attacks.ts";
import type { Settings } from "./plan.ts";
import { conditions, percent } from "./report.ts";
import type { Row } from "./results.ts";

const LEFT = 320;
const WIDTH = 520;
const RIGHT = 150;
const TOP = 84;
const LINE = 26;
const PANEL_HEAD = 48;
const PANEL_FOOT = 58;
const TICKS = [0, 20, 40, 60, 80, 100];

/** A picture of the tables as SVG: of each rule a ring for no attack, a grey dot for each attack, a red one for the worst, which is named. */
export function plot(rows: readonly Row[], settings: Settings): string {
  let y = TOP;
  const panels = [...Map.groupBy(rows, ({ data }) => data)].map(([data, rows]) => {
    const top = y;
    y += PANEL_HEAD + rows.length * LINE + PANEL_FOOT;
    return panel(rows, conditions(settings, data), sources[data].title, top);
  });
  const width = LEFT + WIDTH + RIGHT;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" font-family="sans-serif" font-size="13" fill="#222">
<title>Merge rules under attack</title>
<rect width="${width}" height="${y}" fill="#fff"/>
${text(LEFT, 30, "Merge rules under attack: accuracy on rows that no clinic had", 'font-size="18"')}
${legend(56)}
${panels.join("\n")}
</svg>
`;
}

function panel(rows: readonly Row[], caption: string, title: string, top: number): string {
  const from = top + PANEL_HEAD;
  const bottom = from + rows.length * LINE;
  const grid = TICKS.map(
    (tick) =>
      `<line x1="${x(tick / 100)}" y1="${from}" x2="${x(tick / 100)}" y2="${bottom}" stroke="#ddd"/>` +
      text(x(tick / 100), bottom + 18, String(tick), 'text-anchor="middle"'),
  );
  return [
    text(LEFT, top + 18, caption, 'font-weight="bold"', LEFT + WIDTH + RIGHT - 20),
    ...grid,
    text(LEFT + WIDTH / 2, bottom + 38, `accuracy on ${title}, %`, 'text-anchor="middle"'),
    ...rows.map((row, i) => line(row, from + (i + 0.5) * LINE)),
  ].join("\n");
}

function line({ rule, attacks, clean, worst }: Row, y: number): string {
  const dots = harmful.flatMap((name) => {
    const mean = attacks[name]?.mean;
    return mean === undefined ? [] : [dot(mean, y, 3.5, 'fill="#999"', `${rule}, ${name}: ${percent(mean)} %`)];
  });
  const parts = [
    text(LEFT - 14, y + 4, rule, `text-anchor="end"${squeezed(rule, LEFT - 24)}`),
    `<line x1="${x(0)}" y1="${y}" x2="${x(1)}" y2="${y}" stroke="#eee"/>`,
    ...dots,
  ];
  if (worst) {
    parts.push(dot(worst.mean, y, 5, 'fill="#c22"', `${rule}, worst: ${worst.attack}, ${percent(worst.mean)} %`));
    parts.push(text(x(1) + 14, y + 4, `${percent(worst.mean)} ${worst.attack}`, 'fill="#c22"'));
  }
  if (clean) {
    const what = `${rule}, no attack: ${percent(clean.mean)} %`;
    parts.push(dot(clean.mean, y, 5, 'fill="none" stroke="#272" stroke-width="2"', what));
  }
  return parts.join("\n");
}

function legend(y: number): string {
  const entries: [string, string][] = [
    ["no attack", 'fill="none" stroke="#272" stroke-width="2"'],
    ["an attack", 'fill="#999"'],
    ["the worst one, with its figure at the right", 'fill="#c22"'],
  ];
  return entries
    .map(([name, style], i) => {
      const at = LEFT + 6 + i * 110;
      return `<circle cx="${at}" cy="${y}" r="5" ${style}/>${text(at + 12, y + 4, name, "")}`;
    })
    .join("\n");
}

/** Long compositions get narrower letters, in any font. */
const squeezed = (words: string, room: number): string =>
  8.5 * words.length > room ? ` textLength="${room}" lengthAdjust="spacingAndGlyphs"` : "";

const x = (share: number): number => Math.round(10 * (LEFT + WIDTH * share)) / 10;

function dot(share: number, y: number, radius: number, style: string, title: string): string {
  return `<circle cx="${x(share)}" cy="${y}" r="${radius}" ${style}><title>${escaped(title)}</title></circle>`;
}

/** @param room width that it may take; what would be wider begins further left */
function text(at: number, y: number, words: string, attributes: string, room?: number): string {
  // Some seven units a letter, eight in bold.
  const left = room === undefined ? at : Math.max(10, Math.min(at, room - 7.5 * words.length));
  return `<text x="${left}" y="${y}" ${attributes}>${escaped(words)}</text>`;
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
const escaped = (words: string): string => words.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] as string);
