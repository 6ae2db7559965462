import { createPrng } from "../../../node/core/prng.ts";

const LARGEST = 3.4028234663852886e38;
const SPECIAL = [
  0,
  -0,
  2 ** -149,
  -(2 ** -149),
  2 ** -126,
  2 ** -126 - 2 ** -149,
  LARGEST,
  -LARGEST,
  1,
  1 + 2 ** -23,
  -1,
];

/** Where values come from: of usual size, of any size that float32 has, the awkward ones, or all of them mixed and often equal. */
export const MIXTURES = ["usual", "anySize", "special", "mixed"] as const;
export type Mixture = (typeof MIXTURES)[number];

/** Finite float32 values, the same for the same seed: much faster than one arbitrary for each. */
export function awkwardValues(seed: number, mixture: Mixture): (count: number) => Float32Array {
  const prng = createPrng(seed);
  const usual = (): number => 2 * prng.float() - 1;
  const anySize = (): number => usual() * 2 ** Math.floor(prng.float() * 277 - 149);
  const special = (): number => SPECIAL[Math.floor(prng.float() * SPECIAL.length)] as number;
  const few = (): number => Math.floor(prng.float() * 3) - 1;
  const kinds = { usual: [usual], anySize: [anySize], special: [special], mixed: [usual, anySize, special, few] }[
    mixture
  ];
  const next = (): number => (kinds[Math.floor(prng.float() * kinds.length)] as () => number)();
  return (count) => Float32Array.from({ length: count }, next);
}
