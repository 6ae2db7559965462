import type { Chance } from "../schedule/chance.ts";

/** Changes the values of an update's file in place; the file has a header of 8 bytes and a length in front of them. */
type Change = (values: DataView) => void;

const each =
  (value: (old: number) => number): Change =>
  (view) => {
    for (let at = 0; at < view.byteLength; at += 4) view.setFloat32(at, value(view.getFloat32(at, true)), true);
  };

/** Values that no valid update has, the last two aside: one is valid and odd, the other valid and hostile. */
const CHANGES: readonly Change[] = [
  (view) => view.setFloat32(0, Number.NaN, true),
  (view) => view.setFloat32(0, Number.POSITIVE_INFINITY, true),
  each(() => 1e30),
  each((old) => (old === 0 ? -0 : old)),
  each((old) => -10 * old),
];

/** Another file in the place of an honest update: not finite, too long, cut off, for another round, or just different. */
export function forged(honest: Uint8Array, chance: Chance): Uint8Array {
  const kind = chance.whole(0, CHANGES.length + 1);
  if (kind === CHANGES.length) return honest.slice(0, honest.length - 4);
  if (kind > CHANGES.length) return anotherRound(honest);
  return changed(honest, CHANGES[kind] as Change);
}

/** The same update with each 0 written as -0, which is valid. */
export const withNegativeZeros = (honest: Uint8Array): Uint8Array => changed(honest, CHANGES[3] as Change);

function changed(honest: Uint8Array, change: Change): Uint8Array {
  const copy = honest.slice();
  const start = 8 + Number(new DataView(copy.buffer).getBigUint64(0, true));
  change(new DataView(copy.buffer, start));
  return copy;
}

function anotherRound(honest: Uint8Array): Uint8Array {
  const text = Buffer.from(honest).toString("latin1");
  return Buffer.from(
    text.replace(/"round":"(\d)/, (_, digit) => `"round":"${(Number(digit) % 9) + 1}`),
    "latin1",
  );
}
