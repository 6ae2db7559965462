import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { readData } from "../../node/adapters/data/readData.ts";
import { documentWith, expected, fixtures } from "./support/document.ts";

const classes = ["benign", "malignant", "unsure"];
const features = ["double", "int", "long", "flag", "single"];
const section = { format: "parquet", features, label: { column: "class", classes }, missing: -7 };
const values = expected.parquet.features.flat().map((value) => value ?? -7);

test("each codec and page version gives what pyarrow has, nulls as missing values, over three row groups", async () => {
  for (const name of ["snappy", "gzip", "zstd", "brotli", "none", "plain"]) {
    const data = await readData(documentWith(section), join(fixtures, `${name}.parquet`));
    assert.deepEqual([...data.features], values, name);
    assert.deepEqual([...data.labels], expected.parquet.labels, name);
    assert.deepEqual([data.rows, data.width], [48, 5]);
  }
});

test("missing values are refused by row and column where the task says so", async () => {
  await assert.rejects(readData(documentWith({ ...section, missing: "refuse" }), join(fixtures, "snappy.parquet")), {
    code: "DATA_MISSING_VALUE",
    message: /snappy\.parquet: row 4, column "double"/,
  });
});

test("labels may be numbers, and other columns tell rows by", async () => {
  const numbers = { ...section, label: { column: "flag", classes: ["false", "true"] }, features: ["int"] };
  const data = await readData(documentWith(numbers), join(fixtures, "gzip.parquet"), { id: "class" });
  assert.deepEqual(
    [...data.labels],
    expected.parquet.labels.map((label) => (label > 0 ? 1 : 0)),
  );
  assert.deepEqual(data.ids?.slice(0, 3), classes);
});

test("columns that are not there, lists and times are named", async () => {
  const refused = (changes: object) =>
    readData(documentWith({ ...section, ...changes }), join(fixtures, "zstd.parquet"));
  await assert.rejects(refused({ features: ["Double"] }), {
    code: "DATA_MISSING_COLUMN",
    message: /found are "unused", "double"/,
  });
  await assert.rejects(refused({ features: ["unused"] }), { code: "DATA_TYPE", message: /"unused"/ });
  await assert.rejects(refused({ features: ["when"] }), { code: "DATA_TYPE", message: /"when" has dates/ });
  await assert.rejects(refused({ features: ["class"], label: { column: "flag", classes: ["false", "true"] } }), {
    code: "DATA_NOT_A_NUMBER",
  });
  await assert.rejects(refused({ label: { column: "class", classes: ["benign", "malignant"] } }), {
    code: "DATA_UNKNOWN_CLASS",
  });
});

test("codecs and encodings that are not read are named", async () => {
  const one = documentWith({ ...section, features: ["int"] });
  await assert.rejects(readData(one, join(fixtures, "lz4.parquet")), { code: "DATA_TYPE", message: /LZ4_RAW/ });
  await assert.rejects(readData(one, join(fixtures, "delta.parquet")), {
    code: "DATA_TYPE",
    message: /DELTA_BINARY_PACKED/,
  });
});

test("reading ends at the limit of values and when it is aborted", async () => {
  const path = join(fixtures, "snappy.parquet");
  await assert.rejects(readData(documentWith(section), path, { maxValues: 239 }), { code: "DATA_TOO_LARGE" });
  assert.equal((await readData(documentWith(section), path, { maxValues: 240 })).rows, 48);
  await assert.rejects(readData(documentWith(section), path, { signal: AbortSignal.abort() }), { name: "AbortError" });
});
