import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { describe, it } from "node:test";
import { ALIKE, divideDigits } from "../../scripts/experiments/digits.ts";

const file = resolve(import.meta.dirname, "../../examples/digits/data/digits.csv");
const [header = "", ...rows] = (await readFile(file, "utf8")).trimEnd().split("\n");

describe("digits divided for experiments", () => {
  it("are each at one site or in the test's rows", async () => {
    const division = await divideDigits({ sites: 7, alpha: 0.1, seed: 4, least: 60 });
    assert.equal(division.header, header);
    assert.equal(division.parts.length, 7);
    assert.ok(division.parts.every(({ length }) => length >= 60));
    assert.deepEqual([...division.parts.flat(), ...division.test].toSorted(), rows.toSorted());
  });

  it("come to sites of one size where they are to be alike", async () => {
    const { parts } = await divideDigits({ sites: 5, alpha: ALIKE, seed: 1, least: 32 });
    const sizes = parts.map(({ length }) => length);
    assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 12, sizes.join(" "));
  });
});
