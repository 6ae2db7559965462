import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it, test } from "node:test";
import { evaluationReport } from "../../../node/core/figures/report.ts";
import { classProbabilities } from "../../../node/core/figures/probabilities.ts";
import { rocCurve } from "../../../node/core/figures/rocCurve.ts";
import { wilsonInterval } from "../../../node/core/figures/wilson.ts";

interface Case {
  name: string;
  classes: number;
  outputs: number;
  logits: number[];
  labels: number[];
  probabilities: number[];
  accuracy: number;
  interval: [number, number];
  logLoss: number;
  rocAuc: number;
  brier: number;
  ece: number;
  bins: { counts: number[]; accuracy: number[]; confidence: number[] };
  confusion: number[][];
  precision: number[];
  recall: number[];
  f1: number[];
  support: number[];
  macro: [number, number, number];
  curves: { fpr: number[]; tpr: number[]; thresholds: (number | null)[] }[];
}

// Made by fixtures/make_reference.py out of scikit-learn and scipy.
const { cases, intervals } = JSON.parse(readFileSync(new URL("fixtures/reference.json", import.meta.url), "utf8")) as {
  cases: Case[];
  intervals: { right: number; rows: number; low: number; high: number }[];
};

function near(actual: number | undefined, expected: number, what: string): void {
  assert.ok(Math.abs((actual ?? Number.NaN) - expected) < 1e-9, `${what}: ${actual} is not ${expected}`);
}

function allNear(actual: readonly (number | undefined)[], expected: readonly number[], what: string): void {
  assert.equal(actual.length, expected.length, what);
  for (const [i, value] of expected.entries()) near(actual[i], value, `${what}[${i}]`);
}

describe("figures: as scikit-learn has them", () => {
  assert.equal(cases.length, 6);
  for (const expected of cases) {
    const names = Array.from({ length: expected.classes }, (_, i) => `class ${i}`);
    const labels = Int32Array.from(expected.labels);
    const logits = Float32Array.from(expected.logits);
    it(expected.name, () => {
      const report = evaluationReport(logits, labels, expected.outputs, names);
      near(report.accuracy, expected.accuracy, "accuracy");
      allNear([report.accuracyInterval.low, report.accuracyInterval.high], expected.interval, "interval");
      // scikit-learn goes by probabilities, which saturate: it ties answers that are sure. Loss and area here go by log-odds.
      if (expected.name !== "an answer that is sure") {
        near(report.logLoss, expected.logLoss, "log loss");
        near(report.rocAuc, expected.rocAuc, "AUC");
      }
      near(report.brier, expected.brier, "Brier score");
      near(report.ece, expected.ece, "ECE");
      const filled = report.bins.filter(({ rows }) => rows > 0);
      assert.deepEqual(
        filled.map(({ rows }) => rows),
        expected.bins.counts,
      );
      allNear(
        filled.map(({ accuracy }) => accuracy),
        expected.bins.accuracy,
        "share of right answers",
      );
      allNear(
        filled.map(({ confidence }) => confidence),
        expected.bins.confidence,
        "confidence",
      );
      assert.deepEqual(report.confusion, expected.confusion);
      for (const figure of ["precision", "recall", "f1", "support"] as const)
        allNear(
          report.classes.map((each) => each[figure]),
          expected[figure],
          figure,
        );
      allNear([report.macro.precision, report.macro.recall, report.macro.f1], expected.macro, "macro means");
      assert.deepEqual(
        report.classes.map((each) => each.class),
        names,
      );
      assert.equal(report.curves.length, expected.curves.length);
    });

    it(`${expected.name}: probabilities and whole ROC curves`, () => {
      const rows = labels.length;
      const probabilities = classProbabilities(logits, rows, expected.outputs);
      allNear([...probabilities], expected.probabilities, "probability");
      for (const [i, { fpr, tpr, thresholds }] of expected.curves.entries()) {
        const label = expected.classes === 2 ? 1 : i;
        const scores = Float64Array.from(labels, (_, row) => probabilities[row * expected.classes + label] as number);
        const points = rocCurve(scores, (row) => labels[row] === label) ?? [];
        // Scores that differ in their last bit here and there are one point or two.
        if (expected.name === "an answer that is sure") continue;
        allNear(
          points.map((point) => point.falsePositiveRate),
          fpr,
          "false positive rate",
        );
        allNear(
          points.map((point) => point.truePositiveRate),
          tpr,
          "true positive rate",
        );
        allNear(
          points.slice(1).map((point) => point.threshold),
          thresholds.slice(1) as number[],
          "threshold",
        );
      }
    });
  }
});

test("Wilson intervals, as scipy has them, also of nothing and of everything", () => {
  assert.ok(intervals.length > 5);
  for (const { right, rows, low, high } of intervals) {
    const interval = wilsonInterval(right, rows);
    allNear([interval.low, interval.high], [low, high], `${right} of ${rows}`);
  }
});

test("a model whose outputs overflow has no figures, and the error says what to look at", () => {
  const broken = Float32Array.of(1, 2, Number.NaN, 0, Infinity, 0);
  assert.throws(() => evaluationReport(broken, Int32Array.of(0, 1, 0), 2, ["a", "b"]), {
    code: "MODEL_OUTPUT_NOT_FINITE",
    message: /2 of 3 rows/,
  });
});

test("rows of one class have figures, but neither an area nor a curve", () => {
  const report = evaluationReport(Float32Array.of(1, -1), Int32Array.of(1, 1), 1, ["no", "yes"]);
  assert.equal("rocAuc" in report, false);
  assert.deepEqual(report.curves, []);
  assert.equal(report.accuracy, 0.5);
  assert.deepEqual(report.classes[0], { class: "no", precision: 0, recall: 0, f1: 0, support: 0 });
});
