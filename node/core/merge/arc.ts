import { clipping } from "./clipping.ts";

/**
 * Adaptive robust clipping (Allouah et al., The Vital Role of Gradient Clipping in Byzantine-Resilient Distributed Learning, 2024): the
 * floor(2f(n-f)/n) longest vectors are clipped to the norm of the longest of the others.
 */
export const arc = clipping((n, f) => Math.floor((2 * f * (n - f)) / n), "Adaptive robust clipping");
