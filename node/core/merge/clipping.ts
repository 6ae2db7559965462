import { lowest } from "./lowest.ts";
import type { Step } from "./rule.ts";

/**
 * A step that clips the longest vectors to the norm of the longest of the others. With T the squared norm of that one, a vector whose squared
 * norm N exceeds T is multiplied by sqrt(T / N): one division and one square root. Others are multiplied by 1, which changes nothing.
 * @param longest how many of n vectors, f of them faulty, are clipped
 * @param title begins a sentence
 */
export function clipping(longest: (n: number, f: number) => number, title: string): Step {
  return {
    measures: "norms",
    mixes: false,
    rows: (n) => n,
    requires(n, f) {
      return n >= 2 * f + 1
        ? undefined
        : `${title} needs at least ${2 * f + 1} contributions for f = ${f}; there are ${n}.`;
    },
    matrix({ n, f, measures: { norms } }) {
      const order = lowest(norms, n);
      const bound = norms[order[n - 1 - longest(n, f)] as number] as number;
      const matrix = new Float64Array(n * n);
      norms.forEach((norm, i) => {
        matrix[i * n + i] = norm > bound ? Math.sqrt(bound / norm) : 1;
      });
      return matrix;
    },
  };
}
