import { totalElements } from "../safetensorsHeader.ts";
import type { Weights } from "../weights.ts";
import { isStatistic } from "./tensors.ts";

/** Of two independent numbers from above 0 to 1, one of the standard normal distribution (Box and Muller 1958). */
function normal(uniform: () => number): number {
  return Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

/**
 * Statistics with normal noise, cut off at 0 and 1, which no mean of values between them is beyond. Only the node that publishes them does this, once: others
 * take what they get.
 * @param deviation standard deviation of the noise, in the statistics' own unit: the distance between a feature's bounds
 * @param uniform unpredictable numbers above 0, 1 at the most
 * @returns `weights` itself where there is no noise to add
 */
export function withNoise(weights: Weights, deviation: number | undefined, uniform: () => number): Weights {
  if (deviation === undefined) return weights;
  const values = weights.values.slice();
  let start = 0;
  for (const spec of weights.specs) {
    const end = start + totalElements([spec]);
    for (let i = start; isStatistic(spec) && i < end; i++)
      values[i] = Math.min(1, Math.max(0, (values[i] as number) + deviation * normal(uniform)));
    start = end;
  }
  return { specs: weights.specs, values };
}

/** @param bytes eight unpredictable ones @returns above 0, 1 at the most, in steps of 2^-53 */
export function uniformOf(bytes: Uint8Array): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return (Number(view.getBigUint64(0) >> 11n) + 1) / 2 ** 53;
}
