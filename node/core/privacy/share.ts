import { SwarmError } from "../errors.ts";
import { squaredNorm } from "../squaredNorm.ts";
import type { Weights } from "../weights.ts";
import { clipToNorm } from "./clipping.ts";

declare const shareable: unique symbol;

/** A delta that may leave the node: made by `share` only, and the only thing that `encodeUpdate` accepts. */
export type ShareableWeights = Weights & { readonly [shareable]: true };

/** Gradients of so few records can be turned back into the records; no task can go below. */
export const RECORDS_FLOOR = 32;

export interface SharingRules {
  /** Records that the delta was trained on. */
  samples: number;
  /** The task's own least number of records; `RECORDS_FLOOR` holds even where it says less. */
  minRecords: number;
  /** Largest Euclidean norm to publish; no more than the task's bound, or everyone refuses the update. */
  clipNorm?: number;
}

/**
 * The one way out for what was trained: refuses deltas of too few records, clips, and turns -0 into 0.
 * Steps run in the order of a private release: check, clip, (noise belongs here), normalize.
 * @returns a copy; `delta` is left alone
 * @throws SwarmError PRIVACY_TOO_FEW_RECORDS, PRIVACY_NOT_FINITE, PRIVACY_BOUND
 */
export function share(delta: Weights, rules: SharingRules): ShareableWeights {
  const least = Math.max(rules.minRecords, RECORDS_FLOOR);
  // Written so that NaN is refused as well.
  if (!(rules.samples >= least)) {
    const message = `The update was trained on ${rules.samples} records; at least ${least} are needed so that none can be reconstructed from it.`;
    throw new SwarmError("PRIVACY_TOO_FEW_RECORDS", message, { samples: rules.samples, least });
  }
  if (!Number.isFinite(squaredNorm(delta.values))) {
    throw new SwarmError(
      "PRIVACY_NOT_FINITE",
      "The update has values that are not finite; lower the learning rate or check the data.",
    );
  }
  const clipped = rules.clipNorm === undefined ? delta.values : clipToNorm(delta.values, rules.clipNorm);
  const values = new Float32Array(clipped.length);
  for (let i = 0; i < values.length; i++) values[i] = (clipped[i] as number) + 0;
  return { specs: delta.specs, values } as unknown as ShareableWeights;
}
