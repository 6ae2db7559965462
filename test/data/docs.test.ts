import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { parse } from "yaml";
import { documentWith } from "./support/document.ts";

const root = resolve(import.meta.dirname, "../..");
const text = readFileSync(join(root, "docs/DATA.md"), "utf8");

test("the sections in docs/DATA.md are valid as they stand", () => {
  const blocks = [...text.matchAll(/^```yaml\n([\s\S]*?)^```$/gm)].map(([, block]) => parse(block as string) as object);
  assert.equal(blocks.length, 4);
  let last: Record<string, unknown> = {};
  for (const block of blocks) {
    const { data, label } = block as { data?: Record<string, unknown>; label?: unknown };
    last = data ?? { ...last, label };
    // A section that stands for two formats is the same in both.
    const formats = { csv: ["csv", "tsv", "parquet"], npz: ["npz"], images: ["images"] }[String(last.format)] ?? [];
    assert.ok(formats.length > 0, String(last.format));
    for (const format of formats) documentWith({ ...last, format });
  }
});

test("docs/DATA.md has every code that reading data ends with, and none that it does not", () => {
  const code = globSync("node/adapters/data/**/*.ts", { cwd: root })
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  const thrown = new Set([...code.matchAll(/"(DATA_[A-Z_]+)"/g)].map(([, name]) => name as string));
  const told = new Set([...text.matchAll(/`(DATA_[A-Z_]+)`/g)].map(([, name]) => name as string));
  assert.ok(thrown.size > 10);
  assert.deepEqual([...told].sort(), [...thrown].sort());
});

test("docs/DATA.md has the limits that the code has", () => {
  const limits = globSync("node/{adapters/data,core/task}/**/*.ts", { cwd: root })
    .map((path) => readFileSync(join(root, path), "utf8"))
    .join("\n");
  for (const number of ["268_435_456", "16_777_216", "1_048_576", "4_194_304"]) {
    assert.ok(limits.includes(`= ${number};`), number);
    assert.ok(text.includes(number.replaceAll("_", ",")), number);
  }
});
