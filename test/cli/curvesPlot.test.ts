import assert from "node:assert/strict";
import { test } from "node:test";
import { plotCurves as plotModels } from "../../node/cli/curvesPlot.ts";
import { evaluationReport } from "../../node/core/figures/report.ts";
import { createPrng } from "../../node/core/prng.ts";
import { elementsOf } from "../attacks/support/xml.ts";

/** A report on rows of these classes. @param only the class that all rows are of */
function reportOn(classes: string[], only?: number, seed = 1) {
  const prng = createPrng(seed);
  const labels = Int32Array.from({ length: 40 }, (_, row) => only ?? row % classes.length);
  const logits = Float32Array.from({ length: 40 * classes.length }, () => 4 * prng.float());
  return evaluationReport(logits, labels, classes.length, classes);
}

const plotCurves = (report: ReturnType<typeof reportOn>, title: string) =>
  plotModels([{ what: "a model", report }], title);

test("the picture is well-formed, whatever classes and files are called", () => {
  const names = ['<script>"&', "\u0000\u001b[31m", "ä".repeat(64)];
  const elements = elementsOf(plotCurves(reportOn(names), 'a <b> & "c"'));
  assert.equal(elements.filter(({ name }) => name === "polyline").length, 3);
  assert.ok(elements.some(({ text }) => text === 'class <script>"&'));
  assert.ok(elements.some(({ text }) => text === 'a <b> & "c"'));
  assert.ok(elements.some(({ text }) => text === "class [31m"));
});

test("points are within the panels, and dots stand for all rows", () => {
  const report = reportOn(["0", "1"]);
  const elements = elementsOf(plotCurves(report, "t"));
  const curve = elements.find(({ name }) => name === "polyline");
  const points = (curve?.attributes.points ?? "")
    .split(" ")
    .map((point) => point.split(",").map(Number) as [number, number]);
  assert.equal(points.length, report.curves[0]?.points.length);
  assert.deepEqual(
    [points[0], points.at(-1)],
    [
      [70, 462],
      [430, 102],
    ],
  );
  const rows = elements
    .filter(({ name, text }) => name === "title" && text.includes(" rows: mean confidence"))
    .map(({ text }) => Number(text.split(" ")[0]));
  assert.equal(
    rows.reduce((sum, count) => sum + count, 0),
    40,
  );
});

test("rows of one class have no curve, and many classes are not all named", () => {
  const single = elementsOf(plotCurves(reportOn(["0", "1"], 1), "t"));
  assert.equal(single.filter(({ name }) => name === "polyline").length, 0);
  assert.ok(single.some(({ text }) => text.includes("no curve")));
  const many = elementsOf(plotCurves(reportOn(Array.from({ length: 20 }, (_, i) => `k${i}`)), "t"));
  assert.equal(many.filter(({ name }) => name === "polyline").length, 20);
  assert.equal(many.filter(({ name, text }) => name === "text" && text.startsWith("class k")).length, 10);
});

test("two models are drawn in one picture, whose legend names both with their figures and how they are drawn", () => {
  for (const classes of [
    ["0", "1"],
    ["a", "b", "c"],
  ]) {
    const models = [
      { what: "the model of round 3", report: reportOn(classes) },
      { what: "this node's <own>", report: reportOn(classes, undefined, 2) },
    ];
    const elements = elementsOf(plotModels(models, "t"));
    const curves = elements.filter(({ name }) => name === "polyline");
    assert.equal(curves.length, classes.length === 2 ? 2 : 6);
    const dashed = curves.filter(({ attributes }) => attributes["stroke-dasharray"] !== undefined);
    assert.equal(dashed.length, curves.length / 2);
    for (const { what, report } of models) {
      const figures = `${what} (area ${report.rocAuc?.toFixed(4)}, ECE ${report.ece.toFixed(4)})`;
      assert.ok(elements.some(({ name, text }) => name === "text" && text === figures));
      const dots = elements.filter(({ text }) => text.includes("rows: mean") && text.endsWith(`; ${what}`));
      const rows = dots.reduce((sum, { text }) => sum + Number(text.split(" ")[0]), 0);
      assert.equal(rows, 40);
    }
    assert.equal(
      elements.filter(({ name, text }) => name === "text" && text.startsWith("class ")).length,
      curves.length / 2,
    );
  }
});
