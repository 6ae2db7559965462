import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { encodeWeights, encodeUpdate } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { ShareableWeights } from "../../../node/core/privacy/share.ts";
import { type ExpectedUpdate, maxFileBytes, validateUpdate } from "../../../node/core/update.ts";
import type { UpdateHeader } from "../../../node/core/weights.ts";

const hash = (digit: string) => `0x${digit.repeat(64)}` as const;
const address = (digit: string) => `0x${digit.repeat(40)}` as const;

const specs = [
  { name: "a", shape: [2] },
  { name: "b", shape: [1, 2] },
];
const header: UpdateHeader = {
  version: 1,
  genesis: hash("1"),
  ledger: address("2"),
  task: hash("3"),
  round: 4,
  node: address("5"),
  base: hash("6"),
  encoding: "f32",
  salt: "07".repeat(16),
};
const fileOf = (values: number[], change: Partial<UpdateHeader> = {}, tensors = specs) =>
  encodeUpdate({ ...header, ...change }, {
    specs: tensors,
    values: Float32Array.from(values),
  } as unknown as ShareableWeights);

const { salt: _salt, encoding: _encoding, ...expectedHeader } = header;
const expected = (bytes: Uint8Array): ExpectedUpdate => ({
  sha256: sha256(bytes),
  header: expectedHeader,
  specs,
  maxNorm: 5,
});
const good = fileOf([3, 0, 0, 4]);

function reason(bytes: Uint8Array, change: Partial<ExpectedUpdate> = {}): string {
  const verdict = validateUpdate(bytes, { ...expected(bytes), ...change });
  return verdict.ok ? "valid" : `${verdict.reason}: ${verdict.detail}`;
}

describe("validateUpdate (R4)", () => {
  it("accepts an update whose norm is exactly the bound, and gives delta, squared norm and salt", () => {
    const verdict = validateUpdate(good, expected(good));
    assert.ok(verdict.ok);
    assert.deepEqual([...verdict.delta.values], [3, 0, 0, 4]);
    assert.equal(verdict.squaredNorm, 25);
    assert.equal(verdict.salt, header.salt);
  });

  it("UPDATE_HASH: other bytes than the ledger has", () =>
    assert.match(reason(good, { sha256: hash("0") }), /^UPDATE_HASH/));
  it("UPDATE_TOO_LONG: more than any update of the task, without a look inside", () => {
    assert.match(reason(new Uint8Array(maxFileBytes(specs) + 1)), /^UPDATE_TOO_LONG/);
    assert.match(reason(new Uint8Array(maxFileBytes(specs))), /^FILE_/);
  });
  it("FILE_METADATA: a model is no update", () => {
    assert.match(reason(encodeWeights({ specs, values: new Float32Array(4) })), /^FILE_METADATA/);
  });
  it("FILE_TRUNCATED: a file cut short whose hash is right", () =>
    assert.match(reason(good.slice(0, -4)), /^FILE_TRUNCATED/));

  const otherHeaders: Partial<UpdateHeader>[] = [
    { version: 2 },
    { genesis: hash("9") },
    { ledger: address("9") },
    { task: hash("9") },
    { round: 5 },
    { node: address("9") },
    { base: hash("9") },
  ];
  for (const change of otherHeaders) {
    const field = Object.keys(change)[0] as string;
    it(`R2: UPDATE_HEADER: a file of another ${field}`, () => {
      assert.match(reason(fileOf([3, 0, 0, 4], change)), new RegExp(`^UPDATE_HEADER: The header's ${field} is`));
    });
  }

  it("UPDATE_TENSORS: one missing, one too many, another name, another shape of as many elements", () => {
    assert.match(reason(fileOf([3, 0], {}, [{ name: "a", shape: [2] }])), /^UPDATE_TENSORS.*"b" is missing/);
    assert.match(
      reason(fileOf([0, 0, 0, 0, 1], {}, [...specs, { name: "c", shape: [1] }])),
      /^UPDATE_TENSORS.*"c" is not one/,
    );
    assert.match(
      reason(
        fileOf([0, 0, 0, 0], {}, [
          { name: "a", shape: [2] },
          { name: "c", shape: [1, 2] },
        ]),
      ),
      /^UPDATE_TENSORS.*"c" stands/,
    );
    assert.match(
      reason(
        fileOf([0, 0, 0, 0], {}, [
          { name: "a", shape: [2] },
          { name: "b", shape: [2] },
        ]),
      ),
      /^UPDATE_TENSORS.*shape \[2\]/,
    );
  });
  it("UPDATE_NOT_FINITE names tensor and element", () => {
    for (const value of [NaN, Infinity, -Infinity])
      assert.match(reason(fileOf([0, 0, 0, value])), /^UPDATE_NOT_FINITE.*"b".*element 1/);
  });
  it("UPDATE_NORM: one float32 step above the bound", () => {
    assert.match(reason(fileOf([3, 0, 0, 4 + 2 ** -21])), /^UPDATE_NORM/);
    assert.equal(reason(fileOf([0, 0, 0, 0]), { maxNorm: 0 }), "valid");
  });
  it("UPDATE_STATISTICS: agreed statistics that change in another round than the first, and a layer that does in the first", () => {
    const named = [
      { name: "0.dense.bias", shape: [1] },
      { name: "normalize.mean", shape: [1] },
      { name: "normalize.square", shape: [1] },
    ];
    const inRound = (round: number, ...values: number[]) =>
      reason(fileOf(values, { round }, named), { specs: named, header: { ...expectedHeader, round } });
    assert.equal(inRound(1, 0, 0.25, -0.25), "valid");
    assert.equal(inRound(2, 3, 0, -0), "valid");
    assert.match(inRound(1, 3, 0.25, -0.25), /^UPDATE_STATISTICS: Tensor 0\.dense\.bias changes in round 1/);
    assert.match(inRound(2, 3, 0.25, 0), /^UPDATE_STATISTICS: Tensor normalize\.mean changes in round 2/);
    assert.match(inRound(1, 0, 1.5, 0), /^UPDATE_STATISTICS: .*by 1\.5 at element 0/);
  });
  it("a value of the largest float32 is a matter of the norm, not of overflow", () => {
    assert.match(reason(fileOf(specs.flatMap(() => [3.4028234663852886e38, 3.4028234663852886e38]))), /^UPDATE_NORM/);
  });
});
