import type { Range } from "./model.ts";

/**
 * The gradient of mu/2 * ||values - base||^2, added to `gradients`: FedProx (Li et al. 2020), which holds a site whose rows are unlike the
 * others' to the model that all of them started from.
 * @param ranges what is held; running statistics are not trained, so nothing may pull them
 */
export function addProximal(
  gradients: Float32Array,
  values: Float32Array,
  base: Float32Array,
  mu: number,
  ranges: readonly Range[],
): void {
  for (const { start, end } of ranges) {
    for (let i = start; i < end; i++) {
      gradients[i] = (gradients[i] as number) + mu * ((values[i] as number) - (base[i] as number));
    }
  }
}
