import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { decodeModel, decodeUpdate, encodeUpdate, encodeWeights } from "../../../node/core/codec.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { ShareableWeights } from "../../../node/core/privacy/share.ts";
import { type ExpectedHeader, validateUpdate } from "../../../node/core/update.ts";
import { anyHeader, anyWeights } from "./arbitraries.ts";

const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof SwarmError, String(error));
  assert.equal(error.code, expected, error.message);
  return true;
};

/** A file with this header text, padded to 8 bytes unless told otherwise, and so many bytes of data. */
function file(header: string, dataBytes: number, pad = true): Uint8Array {
  const text = pad ? header + " ".repeat((8 - (Buffer.byteLength(header) % 8)) % 8) : header;
  const bytes = new Uint8Array(8 + Buffer.byteLength(text) + dataBytes);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(Buffer.byteLength(text)), true);
  bytes.set(Buffer.from(text), 8);
  return bytes;
}

const tensor = (name: string, shape: string, begin: number, end: number) =>
  `${JSON.stringify(name)}:{"dtype":"F32","shape":[${shape}],"data_offsets":[${begin},${end}]}`;
const one = `{${tensor("a", "2", 0, 8)}}`;

/** A header of less than 64 KiB that JSON.parse reads, and whose one field overflows the stack of JSON.stringify. */
function nested(field: "dtype" | "shape"): Uint8Array {
  const list = "[".repeat(32_000) + "]".repeat(32_000);
  const value = { dtype: '"F32"', shape: "[1]", [field]: list };
  return file(`{"a":{"dtype":${value.dtype},"shape":${value.shape},"data_offsets":[0,4]}}`, 4);
}

describe("codec: refuses all that encode would not write", () => {
  it("accepts the file that the others are one change away from", () => {
    assert.deepEqual(decodeModel(file(one, 8)).specs, [{ name: "a", shape: [2] }]);
  });

  const refused: [title: string, code: string, bytes: () => Uint8Array][] = [
    ["an empty file", "FILE_TRUNCATED", () => new Uint8Array(0)],
    ["a header cut short", "FILE_TRUNCATED", () => file(one, 8).subarray(0, 20)],
    ["data cut short", "FILE_TRUNCATED", () => file(one, 7)],
    ["data that goes on", "FILE_TRAILING", () => file(one, 9)],
    ["a header of 100 MB claimed by 16 bytes", "FILE_HEADER_TOO_LARGE", () => file("", 8).fill(0xff, 0, 4)],
    ["a header length of 2^63", "FILE_HEADER_TOO_LARGE", () => file(one, 8).fill(0x80, 7, 8)],
    ["a header one step above 64 KiB", "FILE_HEADER_TOO_LARGE", () => file(`{${" ".repeat(65_536)}}`, 0)],
    ["a header that is not UTF-8", "FILE_HEADER", () => file(one, 8).fill(0xff, 10, 11)],
    ["a header that is not JSON", "FILE_HEADER", () => file(one.slice(1), 8)],
    ["deeply nested JSON", "FILE_HEADER", () => file("[".repeat(65_536), 0)],
    ["a dtype nested deeper than JSON can be written", "FILE_DTYPE", () => nested("dtype")],
    ["a shape nested deeper than JSON can be written", "FILE_HEADER", () => nested("shape")],
    ["a list for a header", "FILE_HEADER", () => file("[]", 0)],
    ["an entry that is no object", "FILE_HEADER", () => file(`{"a":1}`, 0)],
    ["an entry without offsets", "FILE_HEADER", () => file(`{"a":{"dtype":"F32","shape":[1]}}`, 4)],
    ["text for a size", "FILE_HEADER", () => file(`{${tensor("a", '"2"', 0, 8)}}`, 8)],
    ["metadata that is no text", "FILE_HEADER", () => file(`{"__metadata__":{"x":1},${one.slice(1)}`, 8)],
    ["metadata that is no object", "FILE_HEADER", () => file(`{"__metadata__":[],${one.slice(1)}`, 8)],
    ["no tensor", "FILE_EMPTY", () => file("{}", 0)],
    ["another dtype", "FILE_DTYPE", () => file(one.replace("F32", "F64"), 8)],
    ["a size of 0", "FILE_SHAPE", () => file(`{${tensor("a", "0", 0, 0)}}`, 0)],
    ["a negative size", "FILE_SHAPE", () => file(`{${tensor("a", "-1,-2", 0, 8)}}`, 8)],
    ["a size with a fraction", "FILE_SHAPE", () => file(`{${tensor("a", "0.5,4", 0, 8)}}`, 8)],
    [
      "sizes whose product overflows",
      "FILE_SHAPE",
      () => file(`{${tensor("a", "9007199254740991,9007199254740991", 0, 8)}}`, 8),
    ],
    ["an infinite size", "FILE_SHAPE", () => file(`{${tensor("a", "1e999", 0, 8)}}`, 8)],
    ["nine dimensions", "FILE_SHAPE", () => file(`{${tensor("a", "1,1,1,1,1,1,1,1,2", 0, 8)}}`, 8)],
    ["an end that is not where the shape says", "FILE_SHAPE", () => file(`{${tensor("a", "2", 0, 4)}}`, 8)],
    ["a tensor without a name", "FILE_NAME", () => file(`{${tensor("", "2", 0, 8)}}`, 8)],
    ["a quote in a name", "FILE_NAME", () => file(one.replace('"a"', '"\\""'), 8)],
    ["half a surrogate pair in a name", "FILE_NAME", () => file(one.replace('"a"', '"\\ud800"'), 8)],
    [
      "two tensors in one place",
      "FILE_OVERLAP",
      () => file(`{${tensor("a", "2", 0, 8)},${tensor("b", "2", 0, 8)}}`, 8),
    ],
    [
      "tensors against the order of names",
      "FILE_GAP",
      () => file(`{${tensor("a", "1", 4, 8)},${tensor("b", "1", 0, 4)}}`, 8),
    ],
    ["a gap between tensors", "FILE_GAP", () => file(`{${tensor("a", "1", 0, 4)},${tensor("b", "1", 8, 12)}}`, 12)],
    ["a gap before the first tensor", "FILE_GAP", () => file(`{${tensor("a", "1", 4, 8)}}`, 8)],
    [
      "an offset that is not finite",
      "FILE_GAP",
      () => file(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[1e999,8]}}`, 8),
    ],
    [
      "header entries in another order",
      "FILE_NOT_CANONICAL",
      () => file(`{${tensor("b", "1", 4, 8)},${tensor("a", "1", 0, 4)}}`, 8),
    ],
    [
      "a name given twice",
      "FILE_NOT_CANONICAL",
      () => file(`{${tensor("a", "2", 0, 8)},${tensor("a", "2", 0, 8)}}`, 8),
    ],
    ["a key too many", "FILE_NOT_CANONICAL", () => file(one.replace('"dtype"', '"x":1,"dtype"'), 8)],
    ["a space", "FILE_NOT_CANONICAL", () => file(one.replace(":", ": "), 8)],
    ["a size spelled as 2.0", "FILE_NOT_CANONICAL", () => file(`{${tensor("a", "2.0", 0, 8)}}`, 8)],
    ["a letter spelled as an escape", "FILE_NAME", () => file(one.replace('"a"', '"\\u0061"'), 8)],
    ["no padding", "FILE_NOT_CANONICAL", () => file(one, 8, false)],
    ["more padding than needed", "FILE_NOT_CANONICAL", () => file(`${one}${" ".repeat(16 - (one.length % 8))}`, 8)],
    ["padding by tabs", "FILE_NOT_CANONICAL", () => file(`${one}${"\t".repeat(8 - (one.length % 8))}`, 8)],
    ["empty metadata", "FILE_NOT_CANONICAL", () => file(`{"__metadata__":{},${one.slice(1)}`, 8)],
    ["a model with metadata", "FILE_METADATA", () => file(`{"__metadata__":{"format":"pt"},${one.slice(1)}`, 8)],
  ];
  for (const [title, expected, bytes] of refused) {
    it(`${expected}: ${title}`, () => assert.throws(() => decodeModel(bytes()), code(expected)));
  }

  it("says little of what a stranger wrote", () => {
    const name = "n".repeat(60_000);
    for (const header of [`{${tensor(name, "0", 0, 0)}}`, `{"${name}":1}`, `{"__metadata__":{"${name}":1}}`]) {
      assert.throws(
        () => decodeModel(file(header, 0)),
        (error) => error instanceof SwarmError && error.message.length + JSON.stringify(error.data).length < 400,
      );
    }
    assert.throws(() => decodeModel(file(one.replace("F32", "F".repeat(60_000)), 8)), /dtype "F{20}…"/);
  });

  it("R4: an update whose header is nested too deep is refused like any other, by all in the same way", () => {
    for (const field of ["dtype", "shape"] as const) {
      const bytes = nested(field);
      const specs = [{ name: "a", shape: [1] }];
      const header = {} as ExpectedHeader;
      const verdict = validateUpdate(bytes, { sha256: sha256(bytes), header, specs, maxNorm: 1 });
      assert.equal(verdict.ok ? "valid" : verdict.reason, field === "dtype" ? "FILE_DTYPE" : "FILE_HEADER");
    }
  });

  it("keys of Object.prototype are names like others and change no object", () => {
    const names = ["__proto__", "constructor", "hasOwnProperty"];
    const specs = names.map((name) => ({ name, shape: [1] }));
    assert.deepEqual(decodeModel(encodeWeights({ specs, values: Float32Array.of(1, 2, 3) })).specs, specs);
    const polluting = `{"__proto__":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"polluted":1}}`;
    assert.throws(() => decodeModel(file(polluting, 4)), code("FILE_NOT_CANONICAL"));
    assert.equal(Object.hasOwn(Object.prototype, "polluted"), false);
  });

  it("a file with any byte changed is refused or is the one encoding of something else", () => {
    fc.assert(
      fc.property(anyHeader, anyWeights, fc.nat(), fc.integer({ min: 1, max: 255 }), (header, weights, at, xor) => {
        const bytes = encodeUpdate(header, weights as ShareableWeights);
        bytes[at % bytes.length] = (bytes[at % bytes.length] as number) ^ xor;
        let decoded: ReturnType<typeof decodeUpdate>;
        try {
          decoded = decodeUpdate(bytes);
        } catch (error) {
          assert.ok(error instanceof SwarmError && error.code.startsWith("FILE_"), String(error));
          return;
        }
        assert.deepEqual(encodeUpdate(decoded.header, decoded.delta as ShareableWeights), bytes);
      }),
      { numRuns: 300 },
    );
  });

  it("garbage is refused with a code", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, small) => {
        if (small && bytes.length >= 8) bytes.fill(0, 1, 8);
        assert.throws(
          () => decodeModel(bytes),
          (error) => error instanceof SwarmError && error.code.startsWith("FILE_"),
        );
      }),
    );
  });
});

describe("codec: encode refuses what it could not read back", () => {
  const encode = (specs: { name: string; shape: number[] }[], values: number) => () =>
    encodeWeights({ specs, values: new Float32Array(values) });
  const a = { name: "a", shape: [2] };
  it("FILE_LENGTH: other number of values", () => assert.throws(encode([a], 3), code("FILE_LENGTH")));
  it("FILE_NAME: unsorted tensors", () => assert.throws(encode([{ name: "b", shape: [1] }, a], 3), code("FILE_NAME")));
  it("FILE_NAME: a name twice", () => assert.throws(encode([a, a], 4), code("FILE_NAME")));
  it("FILE_NAME: characters that JSON escapes", () => {
    for (const name of ['"', "\\", "a\n", "\u0000", "\ud800"])
      assert.throws(encode([{ name, shape: [1] }], 1), code("FILE_NAME"));
  });
  it("FILE_NAME: the name of the metadata", () =>
    assert.throws(encode([{ name: "__metadata__", shape: [1] }], 1), code("FILE_NAME")));
  it("FILE_HEADER_TOO_LARGE: names of 64 KiB", () => {
    assert.throws(encode([{ name: "a".repeat(65_536), shape: [1] }], 1), code("FILE_HEADER_TOO_LARGE"));
  });

  const header = fc.sample(anyHeader, { numRuns: 1, seed: 1 })[0];
  const wrong: [field: string, value: unknown][] = [
    ["salt", "ab".repeat(15)],
    ["salt", "AB".repeat(16)],
    ["round", -1],
    ["round", 1.5],
    ["node", "0x12"],
    ["base", `0x${"A".repeat(64)}`],
    ["encoding", "f16"],
  ];
  for (const [field, value] of wrong) {
    it(`FILE_METADATA: ${field} ${JSON.stringify(value)}`, () => {
      const weights = { specs: [a], values: new Float32Array(2) } as unknown as ShareableWeights;
      assert.ok(header !== undefined);
      assert.equal(decodeUpdate(encodeUpdate(header, weights)).header.salt, header.salt);
      assert.throws(() => encodeUpdate({ ...header, [field]: value } as typeof header, weights), code("FILE_METADATA"));
    });
  }
  it("FILE_METADATA: a model file is no update", () => {
    assert.throws(
      () => decodeUpdate(encodeWeights({ specs: [a], values: new Float32Array(2) })),
      code("FILE_METADATA"),
    );
  });
});
