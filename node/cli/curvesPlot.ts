import type { EvaluationReport } from "../core/figures/report.ts";
import { escaped } from "./charts/svg.ts";

/** Sides of a panel's square, and the room around it, in SVG units. */
const SIDE = 360;
const LEFT = 70;
const TOP = 102;
const GAP = 90;
const BOTTOM = 70;
/** Room for the legend of a panel. */
const RIGHT = 30;
const TICKS = [0, 0.2, 0.4, 0.6, 0.8, 1];
/** Colours that are told apart with colour-blindness too (Okabe and Ito 2008); classes beyond them begin again. */
const COLOURS = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000"];
/** Most classes that the legend names. */
const NAMED = 10;

/** A model in the picture. */
export interface Plotted {
  what: string;
  report: EvaluationReport;
}

/**
 * ROC curves and a reliability diagram as SVG. The second model's curves are dashed and its dots hollow, and a legend says whose they are.
 * @param models one or two, on the same rows
 * @param title what was evaluated on what
 */
export function plotCurves(models: readonly Plotted[], title: string): string {
  const width = LEFT + SIDE + GAP + SIDE + RIGHT;
  const height = TOP + SIDE + BOTTOM;
  return `<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="sans-serif" font-size="13" fill="#222">
<title>${escaped(title)}</title>
<rect width="${width}" height="${height}" fill="#fff"/>
${text(LEFT, 24, title, 'font-size="16"')}
${models.length === 1 ? "" : models.map((model, i) => key(model, i)).join("\n")}
${rocPanel(models, LEFT)}
${reliabilityPanel(models, LEFT + SIDE + GAP)}
</svg>
`;
}

/** The legend of a model: how it is drawn, and its figures. */
function key({ what, report }: Plotted, i: number): string {
  const down = 44 + 20 * i;
  const colour = hasCurves(report) ? "#222" : COLOURS[i];
  const dot = `<circle cx="${LEFT + 18}" cy="${down}" r="5" stroke="${COLOURS[i]}" ${fill(i)}/>`;
  const line = `<line x1="${LEFT}" y1="${down}" x2="${LEFT + 36}" y2="${down}" stroke="${colour}" stroke-width="2"${dashes(i)}/>`;
  const words = `${what} (${areaWords(report)}, ECE ${report.ece.toFixed(4)})`;
  return [line, dot, text(LEFT + 44, down + 4, words, "")].join("\n");
}

/** Where classes have a curve each, colours are theirs; else they are the models'. */
const hasCurves = ({ curves }: EvaluationReport): boolean => curves.length > 1;
const dashes = (model: number): string => (model === 0 ? "" : ' stroke-dasharray="6 3"');
const fill = (model: number): string =>
  model === 0 ? `fill="${COLOURS[0]}" fill-opacity="0.6"` : 'fill="none" stroke-width="2"';
const areaWords = ({ rocAuc }: EvaluationReport): string =>
  rocAuc === undefined ? "no curve: rows of fewer than two classes" : `area ${rocAuc.toFixed(4)}`;

function rocPanel(models: readonly Plotted[], left: number): string {
  const [first] = models;
  const heading = first !== undefined && models.length === 1 ? `ROC, ${areaWords(first.report)}` : "ROC";
  const parts = [frame(left, heading, "false positive rate", "true positive rate")];
  for (const [model, { what, report }] of models.entries()) {
    for (const [i, { class: name, points }] of report.curves.entries()) {
      const path = points.map((point) => `${x(left, point.falsePositiveRate)},${y(point.truePositiveRate)}`).join(" ");
      const colour = COLOURS[(hasCurves(report) ? i : model) % COLOURS.length];
      const whose = models.length === 1 ? "" : `, ${escaped(what)}`;
      parts.push(
        `<polyline points="${path}" fill="none" stroke="${colour}" stroke-width="2"${dashes(model)}><title>class ${escaped(name)}${whose}</title></polyline>`,
      );
    }
  }
  // Both models have the same rows, and so the same classes.
  return [...parts, ...(first === undefined ? [] : classKeys(first.report, left, models.length))].join("\n");
}

function classKeys({ curves }: EvaluationReport, left: number, models: number): string[] {
  return curves.slice(0, NAMED).map(({ class: name }, i) => {
    const down = TOP + SIDE - 12 - 17 * (Math.min(curves.length, NAMED) - 1 - i);
    const colour = models > 1 && curves.length === 1 ? "#222" : COLOURS[i % COLOURS.length];
    return text(left + SIDE - 10, down, `class ${name}`, `text-anchor="end" fill="${colour}"`);
  });
}

/** Dots on the diagonal are right as often as they are sure; their area goes by how many rows they stand for. */
function reliabilityPanel(models: readonly Plotted[], left: number): string {
  const dots = models.flatMap(({ what, report: { bins, rows } }, model) =>
    bins.flatMap(({ rows: own, confidence, accuracy }) => {
      if (confidence === undefined || accuracy === undefined) return [];
      const radius = (3 + 11 * Math.sqrt(own / rows)).toFixed(1);
      const words = `${own} rows: mean confidence ${confidence.toFixed(3)}, ${accuracy.toFixed(3)} of them right`;
      const whose = models.length === 1 ? "" : `; ${escaped(what)}`;
      return [
        `<circle cx="${x(left, confidence)}" cy="${y(accuracy)}" r="${radius}" stroke="${model === 0 ? "none" : COLOURS[model]}" ${fill(model)}><title>${words}${whose}</title></circle>`,
      ];
    }),
  );
  const [first] = models;
  const error = first !== undefined && models.length === 1 ? first.report.ece : undefined;
  const heading = `Reliability${error === undefined ? "" : `, expected calibration error ${error.toFixed(4)}`}`;
  return [frame(left, heading, "mean confidence in the answer", "share of right answers"), ...dots].join("\n");
}

function frame(left: number, heading: string, across: string, up: string): string {
  const middle = TOP + SIDE / 2;
  const grid = TICKS.flatMap((tick) => [
    `<line x1="${x(left, tick)}" y1="${TOP}" x2="${x(left, tick)}" y2="${TOP + SIDE}" stroke="#ddd"/>`,
    `<line x1="${left}" y1="${y(tick)}" x2="${left + SIDE}" y2="${y(tick)}" stroke="#ddd"/>`,
    text(x(left, tick), TOP + SIDE + 18, String(tick), 'text-anchor="middle"'),
    text(left - 8, y(tick) + 4, String(tick), 'text-anchor="end"'),
  ]);
  return [
    text(left, TOP - 14, heading, 'font-weight="bold"'),
    ...grid,
    `<line x1="${x(left, 0)}" y1="${y(0)}" x2="${x(left, 1)}" y2="${y(1)}" stroke="#999" stroke-dasharray="5 4"/>`,
    text(left + SIDE / 2, TOP + SIDE + 42, across, 'text-anchor="middle"'),
    text(left - 44, middle, up, `text-anchor="middle" transform="rotate(-90 ${left - 44} ${middle})"`),
  ].join("\n");
}

const x = (left: number, share: number): number => Math.round(100 * (left + SIDE * share)) / 100;
const y = (share: number): number => Math.round(100 * (TOP + SIDE * (1 - share))) / 100;

function text(at: number, down: number, words: string, attributes: string): string {
  return `<text x="${at}" y="${down}" ${attributes}>${escaped(words)}</text>`;
}
