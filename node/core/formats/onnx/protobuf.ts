/**
 * Fields of a Protocol Buffers message, as bytes: the little of the wire format that writing a model takes
 * (https://protobuf.dev/programming-guides/encoding). Parts are joined once, so that large tensors are copied once.
 */
export type Message = readonly Uint8Array[];

const VARINT = 0;
const LENGTH_DELIMITED = 2;
const FIXED32 = 5;

/** A whole number, also a negative one: those take ten bytes. */
export const int = (field: number, value: number): Message => [
  key(field, VARINT),
  varint(BigInt.asUintN(64, BigInt(value))),
];

export function float(field: number, value: number): Message {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setFloat32(0, value, true);
  return [key(field, FIXED32), bytes];
}

export const bytes = (field: number, value: Uint8Array): Message => [
  key(field, LENGTH_DELIMITED),
  varint(BigInt(value.length)),
  value,
];

export const text = (field: number, value: string): Message => bytes(field, new TextEncoder().encode(value));

/** A message within a message. */
export const message = (field: number, parts: Message): Message => [
  key(field, LENGTH_DELIMITED),
  varint(BigInt(lengthOf(parts))),
  ...parts,
];

/** A repeated field of whole numbers, packed. */
export function packedInts(field: number, values: readonly number[]): Message {
  return message(
    field,
    values.map((value) => varint(BigInt.asUintN(64, BigInt(value)))),
  );
}

export function joined(parts: Message): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(lengthOf(parts));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}

const lengthOf = (parts: Message): number => parts.reduce((sum, part) => sum + part.length, 0);

const key = (field: number, wire: number): Uint8Array => varint(BigInt((field << 3) | wire));

function varint(value: bigint): Uint8Array {
  const digits: number[] = [];
  let rest = value;
  do {
    digits.push(Number(rest & 0x7fn) | (rest > 0x7fn ? 0x80 : 0));
    rest >>= 7n;
  } while (rest > 0n);
  return Uint8Array.from(digits);
}
