import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Dataset } from "../../node/adapters/data/dataset.ts";
import { splitInPlace, splitRows } from "../../node/adapters/data/split.ts";
import { rowHashes } from "../../node/core/data/rowHashes.ts";

/** Rows of one value, which may repeat, and labels. */
const rowsOf = (values: readonly number[], labels: readonly number[]): Dataset => ({
  features: Float32Array.from(values),
  labels: Int32Array.from(labels),
  rows: values.length,
  width: 1,
});
/** Rows that are told apart by their value, with labels of up to three classes. */
const anyRows = fc
  .array(fc.nat(2), { minLength: 1, maxLength: 120 })
  .map((labels) => rowsOf([...labels.keys()], labels));
const firstRows = ({ features, labels }: Dataset, rows: number): Dataset =>
  rowsOf([...features.subarray(0, rows)], [...labels.subarray(0, rows)]);
const share = fc.double({ min: 0.01, max: 0.5, noNaN: true });
const validated = (data: Dataset, part: number, seed: number, how: Parameters<typeof splitRows>[3]): number[] => [
  ...splitRows(data, part, seed, how).validation.features,
];

test("by position and by content, rows that are appended leave all before them where they are", () => {
  const how = fc.constantFrom(
    { by: "content" } as const,
    { by: "position", stratified: true } as const,
    { by: "position", stratified: false } as const,
  );
  fc.assert(
    fc.property(anyRows, fc.nat(119), share, fc.nat(), how, (data, cut, part, seed, by) => {
      const before = Math.min(data.rows, cut + 1);
      assert.deepEqual(
        validated(firstRows(data, before), part, seed, by),
        validated(data, part, seed, by).filter((row) => row < before),
      );
    }),
  );
});

test("by position, the share holds to within a row: of each class where stratified, of all where not", () => {
  fc.assert(
    fc.property(anyRows, share, fc.nat(), (data, part, seed) => {
      const whole = splitRows(data, part, seed, { by: "position", stratified: false }).validation.rows;
      assert.ok(Math.abs(whole - data.rows * part) < 1);
      const { validation } = splitRows(data, part, seed, { by: "position", stratified: true });
      for (const label of new Set(data.labels)) {
        const count = (labels: Int32Array): number => labels.filter((other) => other === label).length;
        assert.ok(Math.abs(count(validation.labels) - count(data.labels) * part) < 1);
      }
    }),
  );
});

test("splitting in place gives the same parts", () => {
  fc.assert(
    fc.property(
      anyRows,
      share,
      fc.nat(),
      fc.constantFrom(undefined, { by: "content" } as const),
      (data, part, seed, how) => {
        const copy = { ...data, features: data.features.slice(), labels: data.labels.slice() };
        assert.deepEqual(splitInPlace(copy, part, seed, how), splitRows(data, part, seed, how));
      },
    ),
  );
});

test("by content, order does not matter, equal rows stay together, and the share holds on average", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => Math.sin(i));
  const labels = values.map((value) => (value > 0.3 ? 1 : 0));
  const data = rowsOf(values, labels);
  const turned = rowsOf(values.toReversed(), labels.toReversed());
  const { training, validation } = splitRows(data, 0.2, 5, { by: "content" });
  assert.ok(Math.abs(validation.rows / data.rows - 0.2) < 0.01, `${validation.rows}`);
  assert.deepEqual([...splitRows(turned, 0.2, 5, { by: "content" }).validation.features].toReversed(), [
    ...validation.features,
  ]);
  assert.notDeepEqual(splitRows(data, 0.2, 6, { by: "content" }).validation.features, validation.features);
  const twice = rowsOf([...values, ...values], [...labels, ...labels]);
  const both = splitRows(twice, 0.2, 5, { by: "content" });
  assert.deepEqual([both.training.rows, both.validation.rows], [2 * training.rows, 2 * validation.rows]);
});

test("a row's hash is MurmurHash3, with one NaN and one zero", () => {
  // import mmh3 (5.3.1); mmh3.hash(struct.pack("<ffi", 1.5, -2.0, 3), 7, signed=False)
  assert.equal(
    rowHashes({ features: Float32Array.of(1.5, -2), labels: Int32Array.of(3), rows: 1, width: 2 }, 7)[0],
    2_992_625_411,
  );
  const bits = new Uint32Array([0x7fc00000, 0xffc00001, 0, 0x80000000]);
  const data = { features: new Float32Array(bits.buffer), labels: new Int32Array(4), rows: 4, width: 1 };
  const [nan, otherNan, zero, negativeZero] = rowHashes(data, 1);
  assert.equal(nan, otherNan);
  assert.equal(zero, negativeZero);
  assert.notEqual(nan, zero);
});
