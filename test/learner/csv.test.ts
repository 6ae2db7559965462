import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { columnMeans, imputeMeans } from "../../node/adapters/data/impute.ts";
import { type CsvSchema, readCsv } from "../../node/adapters/data/csv/readCsv.ts";
import type { Dataset, ReadOptions } from "../../node/adapters/data/dataset.ts";
import { requireRecords, splitRows } from "../../node/adapters/data/split.ts";
import { temporaryFolder } from "./rows.ts";

const folder = await temporaryFolder();
const path = join(folder, "rows.csv");
const schema: CsvSchema = {
  features: ["a", "b"],
  label: { column: "y", classes: ["0", "1"] },
  missing: "refuse",
  normalize: "none",
};

async function read(text: string, changes: Partial<CsvSchema> = {}, options: ReadOptions = {}): Promise<Dataset> {
  await writeFile(path, text);
  return readCsv(path, { ...schema, ...changes }, options);
}

test("columns are found by name; byte order mark, CRLF, quoted commas and columns of no interest are fine", async () => {
  const data = await read('\ufeffy,name,b,a\r\n1,"Miller, Ann",3,2\r\n0.0,"said ""no""",-4.5,1e3\r\n\r\n');
  assert.deepEqual(data, {
    features: Float32Array.of(2, 3, 1000, -4.5),
    labels: Int32Array.of(1, 0),
    rows: 2,
    width: 2,
  });
});

test("classes match by text, and numbers among them by value", async () => {
  const classes = ["benign", "2"];
  const data = await read("a,b,y\n1,1,benign\n1,1,2.0\n1,1, 2\n", { label: { column: "y", classes } });
  assert.deepEqual([...data.labels], [0, 1, 1]);
});

test("each mistake is named with file and line, and no cell's value is repeated", async () => {
  const cases: [string, string, number | undefined][] = [
    ["a,y\n1,1\n", "CSV_MISSING_COLUMN", undefined],
    ["a;b;y\n1;2;1\n", "CSV_MISSING_COLUMN", undefined],
    ["a,a,b,y\n1,1,2,1\n", "CSV_DUPLICATE_COLUMN", undefined],
    ["", "CSV_EMPTY", undefined],
    ["a,b,y\n", "CSV_EMPTY", undefined],
    ["a,b,y\n1,2,1\n1,2\n", "CSV_RAGGED_ROW", 3],
    ["a,b,y\n1,2,1\n\n1,98765,1,9\n", "CSV_RAGGED_ROW", 4],
    ["a,b,y\n98765x,2,1\n", "CSV_NOT_A_NUMBER", 2],
    ["a,b,y\n1,NaN,1\n", "CSV_MISSING_VALUE", 2],
    ["a,b,y\n1,Infinity,1\n", "CSV_NOT_A_NUMBER", 2],
    ["a,b,y\n1,1e39,1\n", "CSV_NOT_A_NUMBER", 2],
    ["a,b,y\n1,0x10,1\n", "CSV_NOT_A_NUMBER", 2],
    ['a,b,y\n1,"1,5",1\n', "CSV_NOT_A_NUMBER", 2],
    ["a,b,y\n1,2,98765\n", "CSV_UNKNOWN_CLASS", 2],
    ["a,b,y\n1,,1\n", "CSV_MISSING_VALUE", 2],
    ["a,b,y\n1,n/a,1\n", "CSV_MISSING_VALUE", 2],
    ["a,b,y\n1,2,\n", "CSV_MISSING_VALUE", 2],
    ['a,b,y\n1,"2,1\n1,2,1\n', "CSV_MALFORMED", 3],
    [`a,b,y\n"${"x".repeat(1_100_000)}`, "CSV_MALFORMED", 2],
  ];
  for (const [text, code, line] of cases) {
    await assert.rejects(read(text), (error: { code: string; message: string; data: { line?: number } }) => {
      assert.equal(error.code, code, text.slice(0, 80));
      assert.equal(error.data.line, line, text.slice(0, 80));
      assert.ok(error.message.includes(path) && !error.message.includes("98765"), error.message);
      return true;
    });
  }
});

test("text among the features is told to be encoded or left out, and a class in another case is told which is meant", async () => {
  await assert.rejects(read("a,b,y\n1,F,1\n"), {
    message: /encode categories as numbers, or leave the column out of data\.features/,
  });
  const label = { column: "y", classes: ["healthy", "ill"] };
  await assert.rejects(read("a,b,y\n1,2, Healthy\n", { label }), {
    code: "CSV_UNKNOWN_CLASS",
    message: /none of the task's classes "healthy", "ill"; upper and lower case .* is "healthy" meant\?$/,
  });
  await assert.rejects(read("a,b,y\n1,2,hale\n", { label }), { message: /classes "healthy", "ill"$/ });
});

test("a missing column's error lists what the file has", async () => {
  await assert.rejects(read("a,B,y\n1,2,1\n"), {
    code: "CSV_MISSING_COLUMN",
    message: /no column "b"; found are "a", "B", "y"/,
  });
});

test("a file that is not there, or a folder, is named", async () => {
  await assert.rejects(readCsv(join(folder, "none.csv"), schema), { code: "CSV_UNREADABLE", message: /none\.csv/ });
  await assert.rejects(readCsv(folder, schema), { code: "CSV_UNREADABLE" });
});

test("reading ends at the limit of values, and when it is aborted", async () => {
  const text = `a,b,y\n${"1,2,1\n".repeat(5)}`;
  assert.equal((await read(text, {}, { maxValues: 10 })).rows, 5);
  await assert.rejects(read(text, {}, { maxValues: 9 }), { code: "CSV_TOO_LARGE" });
  await assert.rejects(readCsv(path, schema, { signal: AbortSignal.abort() }), { name: "AbortError" });
});

test("normalization comes after what stands in for missing values", async () => {
  const data = await read("a,b,y\n3,,1\n?,8,0\n", { missing: 5, normalize: { mean: [1, 2], std: [2, 3] } });
  assert.deepEqual([...data.features], [1, 1, 2, 2]);
});

test("means stand in for missing values, those of the training rows also for validation", async () => {
  const data = await read("a,b,y\n1,NA,1\n,4,0\n3,6,0\n", { missing: "mean" });
  const means = columnMeans(data, schema.features, path);
  assert.deepEqual([...means], [2, 5]);
  imputeMeans(data, means);
  assert.deepEqual([...data.features], [1, 5, 2, 4, 3, 6]);
  const empty = await read("a,b,y\n1,,1\n2,,0\n", { missing: "mean" });
  assert.throws(() => columnMeans(empty, schema.features, path), { code: "DATA_MISSING_VALUE", message: /column "b"/ });
});

test("a split takes each row once, the share of each class rounded down, and depends on rows and seed only", () => {
  const rowsOf = (labels: number[]): Dataset => ({
    features: Float32Array.from(labels, (_, i) => i),
    labels: Int32Array.from(labels),
    rows: labels.length,
    width: 1,
  });
  fc.assert(
    fc.property(
      fc.array(fc.nat(3), { minLength: 1, maxLength: 80 }),
      fc.double({ min: 0, max: 0.5, noNaN: true }),
      fc.nat(),
      (labels, share, seed) => {
        const data = rowsOf(labels);
        const { training, validation } = splitRows(data, share, seed);
        const numbers = [...training.features, ...validation.features];
        assert.deepEqual(
          numbers.toSorted((a, b) => a - b),
          [...data.features],
        );
        for (const part of [training, validation]) {
          assert.deepEqual(
            [...part.labels],
            [...part.features].map((row) => labels[row]),
          );
          assert.deepEqual(
            [...part.features],
            [...part.features].toSorted((a, b) => a - b),
          );
        }
        for (const label of new Set(labels)) {
          const count = labels.filter((other) => other === label).length;
          assert.equal(validation.labels.filter((other) => other === label).length, Math.floor(count * share));
        }
        assert.deepEqual(splitRows(data, share, seed), { training, validation });
      },
    ),
  );
  const many = rowsOf(Array.from({ length: 60 }, (_, i) => i % 2));
  assert.notDeepEqual(splitRows(many, 0.3, 1).validation, splitRows(many, 0.3, 2).validation);
});

test("fewer rows than the task asks for are refused", async () => {
  const data = await read(`a,b,y\n${"1,2,1\n".repeat(31)}`);
  assert.throws(() => requireRecords(data, 32, path), {
    code: "DATA_TOO_FEW_RECORDS",
    data: { path, rows: 31, minRecords: 32 },
  });
  requireRecords(data, 31, path);
});
