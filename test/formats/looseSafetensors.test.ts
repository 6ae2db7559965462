import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { encodeSafetensors } from "../../node/core/safetensors.ts";
import { looseSafetensors } from "../../node/core/formats/import/looseSafetensors.ts";
import { looseWeights } from "../../node/core/formats/import/looseWeights.ts";

/** A file as any program might write it. */
function file(header: string, values: readonly number[]): Uint8Array {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + 4 * values.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(text.length), true);
  bytes.set(text, 8);
  for (const [i, value] of values.entries()) view.setFloat32(8 + text.length + 4 * i, value, true);
  return bytes;
}

const entry = (shape: number[], from: number, to: number) => ({ dtype: "F32", shape, data_offsets: [from, to] });

test("another program's order, spaces and metadata do not matter: the canonical file has the tensors sorted", () => {
  const header = { __metadata__: { format: "pt" }, w: entry([2, 2], 4, 20), b: entry([], 0, 4) };
  const weights = looseWeights(looseSafetensors(file(`${JSON.stringify(header, undefined, 1)}   `, [9, 1, 2, 3, 4])));
  assert.deepEqual(weights.specs, [
    { name: "b", shape: [] },
    { name: "w", shape: [2, 2] },
  ]);
  assert.deepEqual([...weights.values], [9, 1, 2, 3, 4]);
  const canonical = encodeSafetensors(weights);
  assert.deepEqual(looseWeights(looseSafetensors(canonical)), weights);
  // As a Buffer, which need not begin where float32 values may.
  const buffer = Buffer.concat([Buffer.alloc(3), canonical]).subarray(3);
  assert.deepEqual(looseWeights(looseSafetensors(buffer)), weights);
});

const REFUSED: [string, Uint8Array, string][] = [
  ["nothing", new Uint8Array(0), "IMPORT_FORMAT"],
  ["a header of exabytes", Uint8Array.from({ length: 16 }, () => 255), "IMPORT_FORMAT"],
  ["no JSON", file("{{", []), "IMPORT_FORMAT"],
  ["a list", file("[]", []), "IMPORT_FORMAT"],
  [
    "half floats",
    file(JSON.stringify({ w: { dtype: "F16", shape: [2], data_offsets: [0, 4] } }), [0]),
    "IMPORT_WEIGHTS",
  ],
  ["values behind the end", file(JSON.stringify({ w: entry([2], 0, 8) }), [0]), "IMPORT_FORMAT"],
  ["values before the beginning", file(JSON.stringify({ w: entry([1], -4, 0) }), [0]), "IMPORT_FORMAT"],
  ["offsets that do not fit", file(JSON.stringify({ w: entry([2], 0, 4) }), [0, 0]), "IMPORT_FORMAT"],
  ["shapes of terabytes", file(JSON.stringify({ w: entry([2 ** 20, 2 ** 20], 0, 4) }), [0]), "IMPORT_TOO_LARGE"],
  ["not finite", file(JSON.stringify({ w: entry([1], 0, 4) }), [Number.NaN]), "IMPORT_WEIGHTS"],
];

for (const [what, bytes, code] of REFUSED)
  test(`refused: ${what}`, () => assert.throws(() => looseWeights(looseSafetensors(bytes)), { code }));

test("whatever bytes a file has, it is read or ends in a named error", () => {
  const good = file(JSON.stringify({ w: entry([2], 0, 8), b: entry([1], 8, 12) }), [1, 2, 3]);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
      fc.nat(good.length),
      (changes, length) => {
        const bytes = good.slice(0, length);
        for (const [at, value] of changes) if (at < length) bytes[at] = value;
        try {
          looseWeights(looseSafetensors(bytes));
        } catch (error) {
          assert.match((error as { code?: string }).code ?? String(error), /^IMPORT_/);
        }
      },
    ),
    { numRuns: 500 },
  );
});
