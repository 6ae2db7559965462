import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeModel, decodeUpdate, encodeModel, encodeUpdate, encodeWeights } from "../../../node/core/codec.ts";
import type { ShareableWeights } from "../../../node/core/privacy/share.ts";
import { compareUtf8 } from "../../../node/core/safetensorsHeader.ts";
import { anyHeader, anyWeights, bitsOf } from "./arbitraries.ts";

describe("codec: one file per content", () => {
  it("decodes what it encoded, to the bit", () => {
    fc.assert(
      fc.property(anyWeights, (weights) => {
        const decoded = decodeModel(encodeWeights(weights));
        assert.deepEqual(decoded.specs, weights.specs);
        assert.deepEqual(bitsOf(decoded.values), bitsOf(weights.values));
      }),
    );
  });

  it("R2: decodes an update's header and delta as they were encoded", () => {
    fc.assert(
      fc.property(anyHeader, anyWeights, (header, weights) => {
        const decoded = decodeUpdate(encodeUpdate(header, weights as ShareableWeights));
        assert.deepEqual(decoded.header, header);
        assert.deepEqual(decoded.delta.specs, weights.specs);
        assert.deepEqual(bitsOf(decoded.delta.values), bitsOf(weights.values));
      }),
    );
  });

  it("reads the same from a buffer at any alignment, without a copy where it is aligned", () => {
    const file = encodeWeights({ specs: [{ name: "a", shape: [3] }], values: Float32Array.of(1, -2, 3) });
    for (let shift = 0; shift < 8; shift++) {
      const buffer = new Uint8Array(file.length + 8);
      buffer.set(file, shift);
      const { values } = decodeModel(buffer.subarray(shift, shift + file.length));
      assert.deepEqual(values, Float32Array.of(1, -2, 3));
      assert.equal(values.buffer === buffer.buffer, shift % 4 === 0, `shift ${shift}`);
    }
  });

  it("writes exactly the bytes of the format's own library", () => {
    const file = readFileSync(new URL("fixtures/reference.safetensors", import.meta.url));
    const weights = decodeModel(file);
    const names = weights.specs.map(({ name }) => name);
    assert.deepEqual(names.slice(0, 5), [
      "0.dense.bias",
      "0.dense.kernel",
      "10.scalar",
      "2.dense.bias",
      "2.dense.kernel",
    ]);
    assert.deepEqual(names.slice(5), ["é [1]", "\uff5e", "\u{1f600}"]);
    assert.deepEqual(weights.specs[1]?.shape, [30, 8]);
    assert.deepEqual(
      [...weights.values.subarray(8, 12)],
      [-0, 2 ** -149, 3.4028234663852886e38, -1.1754943508222875e-38],
    );
    assert.deepEqual(Buffer.from(encodeModel(weights)), file);
  });

  it("orders names by their UTF-8 bytes", () => {
    const text = fc.string({ unit: "binary", maxLength: 4 }).filter((s) => s.isWellFormed());
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareUtf8(a, b)), Buffer.compare(Buffer.from(a), Buffer.from(b)));
      }),
    );
    assert.equal(Math.sign(compareUtf8("\uff5e", "\u{1f600}")), -1);
  });
});
