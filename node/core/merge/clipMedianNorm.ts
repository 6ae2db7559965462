import { clipping } from "./clipping.ts";

/**
 * Clips every vector to the norm of the middle one: of an even number the shorter of the two in the middle, which f of 2f+1 or more vectors
 * cannot make longer than an honest one.
 */
export const clipMedianNorm = clipping((n) => Math.floor(n / 2), "Clipping to the median of the norms");
