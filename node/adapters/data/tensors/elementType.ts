import { endianness } from "node:os";

/** How an array's elements are stored. */
export interface ElementType {
  /** Bytes of one element. */
  size: number;
  /** Reads a number; absent for text. @param offset in bytes */
  number?: (view: DataView, offset: number) => number;
  /** Reads text of fixed length, padded with NULs; absent for numbers. */
  text?: (view: DataView, offset: number) => string;
}

/** Longest text element in characters: labels are short. */
const MAX_TEXT = 256;

type Get = (view: DataView, offset: number, little: boolean) => number;
const NUMBERS: Readonly<Record<string, Get>> = {
  b1: (view, at) => view.getUint8(at),
  i1: (view, at) => view.getInt8(at),
  u1: (view, at) => view.getUint8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  u2: (view, at, little) => view.getUint16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  f2: (view, at, little) => view.getFloat16(at, little),
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
};

/**
 * Reads a type as NumPy's array interface writes it: byte order, kind, bytes (`<f4`, `|u1`, `>i2`, `<U5`, `|S3`).
 * @returns undefined for types that are neither plain numbers nor text: complex numbers, dates, structures, and objects, which are code
 */
export function elementType(descr: string): ElementType | undefined {
  const [, order, kind, digits] = /^([<>|=])([a-zA-Z])(\d{1,4})$/.exec(descr) ?? [];
  if (order === undefined || kind === undefined) return undefined;
  const bytes = Number(digits);
  const little = order === "<" || (order === "=" && endianness() === "LE");
  const get = NUMBERS[`${kind}${bytes}`];
  if (get !== undefined) {
    if (order === "|" && bytes > 1) return undefined;
    return { size: bytes, number: (view, offset) => get(view, offset, little) };
  }
  if (bytes < 1 || bytes > MAX_TEXT) return undefined;
  if (kind === "S") return { size: bytes, text: (view, offset) => latin(view, offset, bytes) };
  if (kind === "U" && order !== "|")
    return { size: 4 * bytes, text: (view, offset) => utf32(view, offset, bytes, little) };
  return undefined;
}

function latin(view: DataView, offset: number, length: number): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const code = view.getUint8(offset + i);
    if (code === 0) break;
    text += String.fromCharCode(code);
  }
  return text;
}

function utf32(view: DataView, offset: number, length: number, little: boolean): string {
  let text = "";
  for (let i = 0; i < length; i++) {
    const code = view.getUint32(offset + 4 * i, little);
    if (code === 0) break;
    text += code <= 0x10ffff ? String.fromCodePoint(code) : "\ufffd";
  }
  return text;
}
