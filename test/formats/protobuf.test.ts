import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { bytes, float, int, joined, message, packedInts, text } from "../../node/core/formats/onnx/protobuf.ts";

type Field = { field: number; wire: number; value: bigint | Uint8Array };

/** A reader that knows the wire format alone, slowly. */
function fieldsOf(encoded: Uint8Array): Field[] {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = encoded[at++] as number;
      value += BigInt(byte % 128) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < encoded.length) {
    const key = Number(varint());
    const wire = key % 8;
    const length = wire === 0 ? 0 : wire === 5 ? 4 : Number(varint());
    const value = wire === 0 ? varint() : encoded.subarray(at, at + length);
    at += length;
    fields.push({ field: Math.floor(key / 8), wire, value });
  }
  assert.equal(at, encoded.length);
  return fields;
}

// The first two are the examples of https://protobuf.dev/programming-guides/encoding.
test("bytes as the format's own guide has them", () => {
  assert.deepEqual([...joined(int(1, 150))], [0x08, 0x96, 0x01]);
  assert.deepEqual([...joined(text(2, "testing"))], [0x12, 7, ...Buffer.from("testing")]);
  assert.deepEqual([...joined(message(3, int(1, 150)))], [0x1a, 3, 0x08, 0x96, 0x01]);
  assert.deepEqual([...joined(packedInts(6, [3, 270, 86942]))], [0x32, 6, 0x03, 0x8e, 0x02, 0x9e, 0xa7, 0x05]);
});

test("whatever is written is read back by another reader", () => {
  const field = fc.integer({ min: 1, max: 500 });
  const number = fc.maxSafeInteger();
  fc.assert(
    fc.property(field, number, fc.float({ noNaN: true }), fc.uint8Array({ maxLength: 300 }), (at, whole, real, raw) => {
      const encoded = joined([
        ...int(at, whole),
        ...float(at, real),
        ...message(at, bytes(1, raw)),
        ...packedInts(at, [whole, -1]),
      ]);
      const [first, second, third, fourth] = fieldsOf(encoded) as [Field, Field, Field, Field];
      assert.deepEqual([first.field, BigInt.asIntN(64, first.value as bigint)], [at, BigInt(whole)]);
      const view = second.value as Uint8Array;
      assert.equal(new DataView(view.buffer, view.byteOffset).getFloat32(0, true), real);
      assert.deepEqual(fieldsOf(third.value as Uint8Array), [{ field: 1, wire: 2, value: raw }]);
      assert.equal(fourth.wire, 2);
    }),
  );
});
