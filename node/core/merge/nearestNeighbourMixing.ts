import { lowest } from "./lowest.ts";
import type { Step } from "./rule.ts";

/**
 * Nearest-neighbour mixing (Allouah et al., Fixing by Mixing, AISTATS 2023): every vector becomes the mean of the n - f that are nearest to it,
 * itself among them, by squared distance, ties by order. Coefficients are 1 / (n - f), rounded. Needs n >= 2f+1.
 */
export const nearestNeighbourMixing: Step = {
  measures: "distances",
  mixes: true,
  rows: (n) => n,
  requires(n, f) {
    return n >= 2 * f + 1
      ? undefined
      : `Nearest-neighbour mixing needs at least ${2 * f + 1} contributions for f = ${f}; there are ${n}.`;
  },
  matrix({ n, f, measures: { distances } }) {
    const matrix = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (const j of lowest(distances.subarray(i * n, (i + 1) * n), n - f)) matrix[i * n + j] = 1 / (n - f);
    }
    return matrix;
  },
};
