import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { addNoise } from "../../node/adapters/tfjs/split/noise.ts";
import { averageParts } from "../../node/core/modes/averageParts.ts";
import { decodeTraining, encodeTraining } from "../../node/core/modes/partFile.ts";
import { decodeFrame, encodeFrame, type FrameShape, frameBytes } from "../../node/core/modes/splitFrame.ts";
import { decodeValues, encodedBytes, encodeValues } from "../../node/core/modes/values.ts";
import { ENCODINGS } from "../../node/core/task/splitSchema.ts";
import { hasCode } from "../ports/support.ts";

const float = fc.float({ noNaN: true, noDefaultInfinity: true, min: -60000, max: 60000 });
const rowsOf = fc
  .integer({ min: 1, max: 5 })
  .chain((width) => fc.array(fc.array(float, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 6 }));

/** Halves by numpy 2: np.array([...], dtype="<f4").astype("<f2").view("<u2") */
const HALVES: [number, number][] = [
  [0, 0x0000],
  [1, 0x3c00],
  [-2, 0xc000],
  [0.1, 0x2e66],
  [65504, 0x7bff],
  [6.103515625e-5, 0x0400],
  [5.9604645e-8, 0x0001],
  [2.9802322e-8, 0x0000],
  [1.00048828125, 0x3c00],
  [1.00146484375, 0x3c02],
  [2047.5, 0x6800],
  [-3.1415927, 0xc248],
];

describe("values that cross", () => {
  it("f32 come back as they were, f16 within 2^-11 of their size, i8 within half a step of their row's scale", () => {
    fc.assert(
      fc.property(rowsOf, (rows) => {
        const shape = [rows[0]?.length ?? 0];
        const values = Float32Array.from(rows.flat());
        for (const encoding of ENCODINGS) {
          const bytes = encodeValues(encoding, values, rows.length);
          assert.equal(bytes.length, encodedBytes(encoding, rows.length, shape[0] as number));
          const back = decodeValues(encoding, bytes, rows.length, shape);
          for (const [i, value] of values.entries()) {
            const row = rows[Math.floor(i / (shape[0] as number))] ?? [];
            const scale = Math.max(...row.map(Math.abs)) / 127;
            const most = { f32: 0, f16: Math.max(Math.abs(value) * 2 ** -11, 2 ** -25), i8: 0.5001 * scale + 1e-43 }[
              encoding
            ];
            assert.ok(Math.abs((back[i] as number) - value) <= most, `${encoding}: ${value} came back as ${back[i]}`);
          }
        }
      }),
    );
  });

  it("halves are those of IEEE 754, as numpy rounds them", () => {
    for (const [value, half] of HALVES)
      assert.equal(
        new DataView(encodeValues("f16", Float32Array.of(value), 1).buffer).getUint16(0, true),
        half,
        String(value),
      );
  });

  it("what was rounded once comes back as it is", () => {
    fc.assert(
      fc.property(fc.array(float, { minLength: 1, maxLength: 20 }), (list) => {
        const once = decodeValues("f16", encodeValues("f16", Float32Array.from(list), 1), 1, [list.length]);
        assert.deepEqual(decodeValues("f16", encodeValues("f16", once, 1), 1, [list.length]), once);
      }),
    );
  });

  it("what is too large for a half becomes the largest", () => {
    assert.deepEqual(
      [...decodeValues("f16", encodeValues("f16", Float32Array.of(1e9, -1e9), 1), 1, [2])],
      [65504, -65504],
    );
  });
});

describe("frames", () => {
  const frame: FrameShape = { encoding: "i8", rows: 3, shape: [2, 2], labels: true };
  const values = Float32Array.from({ length: 12 }, (_, i) => i - 6);
  const labels = Int32Array.of(0, 2, 1);

  it("S8: hold rows and labels, and are as long as their shape says", () => {
    const bytes = encodeFrame(frame, values, labels);
    assert.equal(bytes.length, frameBytes(frame));
    assert.deepEqual(decodeFrame(frame, bytes, 3).labels, labels);
  });

  it("S8: of another task, or changed in the header, are refused", () => {
    const bytes = encodeFrame(frame, values, labels);
    assert.throws(() => decodeFrame({ ...frame, encoding: "f16" }, bytes, 3), hasCode("SPLIT_WRONG_FRAME"));
    assert.throws(() => decodeFrame({ ...frame, rows: 2 }, bytes, 3), hasCode("SPLIT_WRONG_FRAME"));
    assert.throws(() => decodeFrame(frame, bytes, 2), hasCode("SPLIT_WRONG_FRAME"));
    for (const at of [0, 9, 40]) {
      const changed = bytes.slice();
      changed[at] = (changed[at] ?? 0) ^ 1;
      assert.throws(() => decodeFrame(frame, changed, 3), hasCode("SPLIT_WRONG_FRAME"));
    }
  });

  it("S8: numbers that are not finite are not sent", () => {
    assert.throws(() => encodeFrame(frame, values.with(3, Number.NaN), labels), hasCode("SPLIT_NOT_FINITE"));
  });
});

describe("parts", () => {
  it("are averaged by their rows, one part as it is", () => {
    const parts = [
      { values: Float32Array.of(1, -2, 0), weight: 30 },
      { values: Float32Array.of(5, 2, 0), weight: 10 },
    ];
    assert.deepEqual([...averageParts(parts)], [2, -1, 0]);
    assert.deepEqual([...averageParts(parts.slice(0, 1))], [1, -2, 0]);
  });

  it("come back from their file with the optimizer's averages and steps", () => {
    const specs = [
      { name: "0.dense.bias", shape: [2] },
      { name: "0.dense.kernel", shape: [1, 2] },
    ];
    const part = {
      values: Float32Array.of(1, 2, 3, 4),
      moments: [Float32Array.of(5, 6, 7, 8), Float32Array.of(9, 10, 11, 12)],
      steps: 345,
    };
    assert.deepEqual(decodeTraining(specs, encodeTraining(specs, part)), part);
  });
});

it("noise has the deviation that was asked for, and another value each time", () => {
  const values = new Float32Array(100_001);
  addNoise(values, 0.3);
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
  // Ten standard errors: fails about never by chance.
  assert.ok(Math.abs(mean) < (10 * 0.3) / Math.sqrt(values.length), String(mean));
  assert.ok(Math.abs(deviation - 0.3) < (10 * 0.3) / Math.sqrt(2 * values.length), String(deviation));
  const again = new Float32Array(4);
  addNoise(again, 0.3);
  assert.notDeepEqual([...again], [...values.subarray(0, 4)]);
});
