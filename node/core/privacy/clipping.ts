import { SwarmError } from "../errors.ts";
import { squaredNorm } from "../squaredNorm.ts";

/**
 * Scales `values` so that their norm, as everyone will compute it from the published float32 values, is at most `bound`; values
 * within the bound are returned as they are. Each value becomes fl32(value * scale) rounded toward zero, with scale = bound / norm in
 * float64: rounding toward zero never lengthens. What float64's own rounding may add is taken off by shrinking the scale, by 2^-50
 * first and twice as much each time, until `squaredNorm(result) <= bound * bound` holds, which is the very test that receivers make.
 * @param values all finite
 * @param bound above 0, finite
 * @returns `values` itself, or a new array
 * @throws SwarmError PRIVACY_BOUND for another bound, PRIVACY_NOT_FINITE for a value that is not finite
 */
export function clipToNorm(values: Float32Array, bound: number): Float32Array {
  // The square must not vanish either: a bound of 1e-200 would let nothing pass.
  if (!(bound > 0) || !Number.isFinite(bound * bound) || bound * bound === 0) {
    throw new SwarmError("PRIVACY_BOUND", `The clipping norm ${bound} is not a positive number that can be squared.`, {
      bound,
    });
  }
  const squared = squaredNorm(values);
  if (!Number.isFinite(squared))
    throw new SwarmError("PRIVACY_NOT_FINITE", "The update has values that are not finite; training diverged.");
  if (squared <= bound * bound) return values;
  const scale = bound / Math.sqrt(squared);
  for (let shrink = 0; ; shrink = shrink === 0 ? 2 ** -50 : shrink * 2) {
    const scaled = scaleTowardZero(values, scale * (1 - shrink));
    if (squaredNorm(scaled) <= bound * bound) return scaled;
  }
}

function scaleTowardZero(values: Float32Array, scale: number): Float32Array {
  const scaled = new Float32Array(values.length);
  const bits = new Uint32Array(scaled.buffer);
  for (let i = 0; i < values.length; i++) {
    const exact = (values[i] as number) * scale;
    scaled[i] = exact;
    // Sign and magnitude: one less in the bit pattern is the next float32 toward zero.
    if (Math.abs(scaled[i] as number) > Math.abs(exact)) bits[i] = (bits[i] as number) - 1;
  }
  return scaled;
}
