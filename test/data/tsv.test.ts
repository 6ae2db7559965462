import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { readData } from "../../node/adapters/data/readData.ts";
import { documentWith, temporaryFolder } from "./support/document.ts";

const folder = await temporaryFolder();
const section = { features: ["a", "b"], label: { column: "y", classes: ["no", "yes"] }, missing: "mean" };

test("any rows come back as they were written, from csv and from tsv, quoted or not, columns in any order", async () => {
  const value = fc.oneof(
    fc.float({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
    fc.constant(Number.NaN),
  );
  const row = fc.record({ a: value, b: value, y: fc.nat(1), note: fc.stringMatching(/^[ -~]{0,12}$/) });
  const order = fc.shuffledSubarray(["a", "b", "y", "note"] as const, { minLength: 4 });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      order,
      fc.boolean(),
      fc.boolean(),
      async (rows, names, tabs, crlf) => {
        const cell = (given: (typeof rows)[number], name: (typeof names)[number]): string => {
          if (name === "y") return given.y === 1 ? "yes" : "no";
          if (name === "note") return `"${given.note.replaceAll('"', '""')}"`;
          return Number.isNaN(given[name]) ? "NA" : String(given[name]);
        };
        const lines = [
          names.join(tabs ? "\t" : ","),
          ...rows.map((one) => names.map((name) => cell(one, name)).join(tabs ? "\t" : ",")),
        ];
        const path = join(folder, tabs ? "rows.tsv" : "rows.csv");
        await writeFile(path, lines.join(crlf ? "\r\n" : "\n"));
        const data = await readData(documentWith({ ...section, format: tabs ? "tsv" : "csv" }), path);
        assert.deepEqual(data.features, Float32Array.from(rows.flatMap(({ a, b }) => [a, b])));
        assert.deepEqual(
          data.labels,
          Int32Array.from(rows, ({ y }) => y),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test("a file with another separator says which one the task has", async () => {
  const path = join(folder, "wrong");
  await writeFile(path, "a,b,y\n1,2,no\n");
  await assert.rejects(readData(documentWith({ ...section, format: "tsv" }), path), {
    code: "CSV_MISSING_COLUMN",
    message: /separated by tabs/,
  });
  await writeFile(path, "a\tb\ty\n1\t2\tno\n");
  await assert.rejects(readData(documentWith({ ...section, format: "csv" }), path), {
    code: "CSV_MISSING_COLUMN",
    message: /separated by commas/,
  });
  await writeFile(path, "a;b;y\n1;2;no\n");
  await assert.rejects(readData(documentWith({ ...section, format: "csv" }), path), {
    message: `${path}:1: fields must be separated by commas, as the task's data.format says, and are by semicolons: write the file again with commas.`,
  });
});

test("memory does not double with the rows: views of one buffer that grew in place", async () => {
  const path = join(folder, "many.csv");
  await writeFile(path, `a,b,y\n${"0.5,-1,yes\n".repeat(40_000)}`);
  const { features, labels, rows } = await readData(documentWith({ ...section, format: "csv" }), path);
  assert.equal(rows, 40_000);
  // A quarter of the rows is spare at the most.
  assert.ok(features.buffer.byteLength <= 1.25 * features.byteLength + 65_536);
  assert.ok(labels.buffer.byteLength <= 1.25 * labels.byteLength + 65_536);
  assert.ok(features.every((value, i) => value === (i % 2 === 0 ? 0.5 : -1)) && labels.every((label) => label === 1));
});
