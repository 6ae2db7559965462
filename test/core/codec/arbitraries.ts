import fc from "fast-check";
import { compareUtf8, elementCount } from "../../../node/core/safetensorsHeader.ts";
import type { TensorSpec, UpdateHeader, Weights } from "../../../node/core/weights.ts";

const name = fc
  .string({ unit: "binary", minLength: 1, maxLength: 12 })
  .filter((text) => text !== "__metadata__" && text.isWellFormed() && JSON.stringify(text) === `"${text}"`);
const trickyName = fc.constantFrom(
  "__proto__",
  "constructor",
  "0",
  "10",
  "2",
  "toString",
  "\uff5e",
  "\u{1f600}",
  "\u2028",
  "\u007f",
  "é",
);
const shape = fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 3 });

const specs = fc
  .uniqueArray(fc.record({ name: fc.oneof(name, trickyName), shape }, { noNullPrototype: true }), {
    minLength: 1,
    maxLength: 6,
    selector: (spec) => spec.name,
  })
  .map((list): TensorSpec[] => list.sort((a, b) => compareUtf8(a.name, b.name)));

/** Any weights at all, NaN payloads included. */
export const anyWeights = specs.chain((list) => {
  const count = list.reduce((sum, spec) => sum + elementCount(spec.shape), 0);
  return fc
    .array(fc.integer({ min: 0, max: 0xffffffff }), { minLength: count, maxLength: count })
    .map((bits): Weights => ({ specs: list, values: new Float32Array(Uint32Array.from(bits).buffer) }));
});

const hex = (bytes: number) =>
  fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((b) => Buffer.from(b).toString("hex"));

export const anyHeader: fc.Arbitrary<UpdateHeader> = fc.record(
  {
    version: fc.nat(),
    genesis: hex(32).map((text) => `0x${text}` as const),
    ledger: hex(20).map((text) => `0x${text}`),
    task: hex(32).map((text) => `0x${text}` as const),
    round: fc.nat(),
    node: hex(20).map((text) => `0x${text}`),
    base: hex(32).map((text) => `0x${text}` as const),
    encoding: fc.constant("f32" as const),
    salt: fc.integer({ min: 16, max: 64 }).chain(hex),
  },
  { noNullPrototype: true },
);

/** Bytes of the values: tells -0 from 0 and one NaN from another. */
export const bitsOf = (values: Float32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength).slice();
