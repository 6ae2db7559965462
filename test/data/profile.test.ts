import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { type Finding, findingsOf } from "../../node/core/data/findings.ts";
import { profileOf } from "../../node/core/data/profile.ts";
import type { Rows } from "../../node/core/data/rowHashes.ts";
import { documentWith } from "./support/document.ts";

const rowsOf = (rows: readonly (readonly number[])[], labels: readonly number[]): Rows => ({
  features: Float32Array.from(rows.flat()),
  labels: Int32Array.from(labels),
  rows: rows.length,
  width: rows[0]?.length ?? 0,
});
const near = (actual: number, wanted: number): boolean =>
  Number.isNaN(wanted) ? Number.isNaN(actual) : Math.abs(actual - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));

describe("a profile of rows", () => {
  it("has the figures that a plain look at each column gives", () => {
    const cell = fc.oneof(
      fc.float({ min: -1000, max: 1000, noNaN: true }),
      fc.constant(Number.NaN),
      fc.constantFrom(0, 1),
    );
    const row = fc.tuple(cell, cell, cell);
    fc.assert(
      fc.property(fc.array(fc.tuple(row, fc.nat(2)), { minLength: 1, maxLength: 40 }), (given) => {
        const data = rowsOf(
          given.map(([cells]) => cells),
          given.map(([, label]) => label),
        );
        const profile = profileOf(data, 3);
        for (let i = 0; i < 3; i++) {
          const values = given
            .map(([cells]) => Math.fround(cells[i] as number))
            .filter((value) => !Number.isNaN(value));
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
          const feature = profile.features[i];
          assert.equal(feature?.missing, given.length - values.length);
          assert.ok(
            near(feature.mean, mean) && Math.abs(feature.std - Math.sqrt(variance)) < 1e-6 === values.length > 0,
          );
          assert.ok(near(feature.min, values.length > 0 ? Math.min(...values) : Number.NaN));
          assert.ok(near(feature.max, values.length > 0 ? Math.max(...values) : Number.NaN));
        }
        const text = given.map(([cells, label]) =>
          JSON.stringify([...cells.map((c) => (Number.isNaN(c) ? "-" : Math.fround(c) + 0)), label]),
        );
        assert.equal(profile.duplicates, text.length - new Set(text).size);
        assert.equal(profile.incomplete, given.filter(([cells]) => cells.some(Number.isNaN)).length);
        assert.deepEqual(
          profile.classes,
          [0, 1, 2].map((label) => given.filter(([, other]) => other === label).length),
        );
      }),
    );
  });

  it("tells features that are the label, or that tell the classes apart, from others", () => {
    const labels = Array.from({ length: 40 }, (_, i) => i % 2);
    const rows = labels.map((label, i) => [5 - label, label * 10 + (i % 7), i % 7]);
    assert.deepEqual(
      profileOf(rowsOf(rows, labels), 2).features.map(({ label }) => label),
      ["equal", "separable", undefined],
    );
    // Of few rows nothing is said.
    assert.equal(profileOf(rowsOf(rows.slice(0, 15), labels.slice(0, 15)), 2).features[0]?.label, undefined);
  });
});

describe("findings", () => {
  const columns = { format: "csv", features: ["a", "b"], label: { column: "y", classes: ["no", "yes"] } };
  /** Rows that nothing is wrong with. */
  const labels = Array.from({ length: 60 }, (_, i) => i % 2);
  const rows = labels.map((_, i) => [Math.sin(i), Math.cos(3 * i)]);
  const found = (given: number[][], marks: number[], changes: object = {}, training = given.length): Finding[] =>
    findingsOf(documentWith({ ...columns, ...changes }), profileOf(rowsOf(given, marks), 2), training);
  const codes = (findings: Finding[]): string[] => findings.map(({ severity, code }) => `${severity} ${code}`);

  it("are none where nothing is wrong", () => assert.deepEqual(found(rows, labels), []));

  it("are each of one thing", () => {
    const change = (i: number, value: (row: number) => number) =>
      rows.map((row, r) => row.map((cell, c) => (c === i ? value(r) : cell)));
    const cases: [Finding[], string[]][] = [
      [found(rows, labels, {}, 31), ["error too-few-records"]],
      [
        found(
          rows,
          labels.map(() => 1),
        ),
        ["warning class-missing"],
      ],
      [
        found(
          rows,
          labels.map((_, i) => (i < 3 ? 0 : 1)),
        ),
        ["warning imbalance"],
      ],
      [
        found(
          change(0, (r) => (r === 7 ? Number.NaN : r / 60)),
          labels,
        ),
        ["error missing-values"],
      ],
      [
        found(
          change(0, (r) => (r === 7 ? Number.NaN : r / 60)),
          labels,
          { missing: "mean" },
        ),
        ["warning missing-values"],
      ],
      [
        found(
          change(1, () => Number.NaN),
          labels,
          { missing: "mean" },
        ),
        ["error feature-without-values"],
      ],
      [found([...rows, rows[0] as number[]], [...labels, labels[0] as number]), ["warning duplicates"]],
      [
        found(
          change(0, () => 2),
          labels,
        ),
        ["warning constant"],
      ],
      [
        found(
          change(0, (r) => 100 * Math.sin(r)),
          labels,
        ),
        ["warning not-normalized"],
      ],
      [
        found(
          change(1, (r) => labels[r] as number),
          labels,
        ),
        ["warning equals-label"],
      ],
      [
        found(
          change(1, (r) => (labels[r] as number) + Math.sin(r) / 10),
          labels,
        ),
        ["warning separates-label"],
      ],
    ];
    for (const [findings, wanted] of cases) assert.deepEqual(codes(findings), wanted);
  });

  it("of tensors are about all values together", () => {
    const document = documentWith({ format: "npy", label: { classes: ["no", "yes"] }, inputShape: [2] });
    const of = (given: number[][]) => codes(findingsOf(document, profileOf(rowsOf(given, labels), 2), 60));
    // A border of zeros is no finding, bytes as they are is one.
    assert.deepEqual(of(rows.map(([a]) => [0, a as number])), []);
    assert.deepEqual(of(rows.map((_, i) => [0, 4 * i])), ["warning not-normalized"]);
    assert.deepEqual(of(rows.map(() => [0, 0])), ["warning duplicates", "warning constant"]);
  });
});
