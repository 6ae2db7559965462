import type { TaskDocument } from "../task/schema.ts";
import type { TensorSpec } from "../weights.ts";

/**
 * Tensors of a task whose inputs are normalized by statistics that its members agree on (`data.normalize: { agreed: ... }`): for each feature, scaled by the
 * task's bounds to 0 to 1, the mean and the mean of its square. They are part of every model and update; round 1 changes them and nothing else, later rounds all but them.
 */
export const MEAN = "normalize.mean";
export const SQUARE = "normalize.square";

/** Means of a feature that is spread evenly between its bounds: what a first model has. */
export const INITIAL = { [MEAN]: 1 / 2, [SQUARE]: 1 / 3 } as const;

/** The round that the statistics are agreed on in. */
export const STATISTICS_ROUND = 1;

/** Bounds of an agreed normalization, per feature or the same for all; undefined where a task has none. */
export function boundsOf({ data }: Pick<TaskDocument, "data">): Bounds | undefined {
  const { normalize } = data;
  return normalize !== "none" && "agreed" in normalize ? normalize.agreed : undefined;
}

export interface Bounds {
  low: number | number[];
  high: number | number[];
  /** Standard deviation of the noise on what a node publishes, in parts of the distance between the bounds. */
  noise?: number | undefined;
}

/** @param features how many */
export const statisticSpecs = (doc: Pick<TaskDocument, "data">, features: number): TensorSpec[] =>
  boundsOf(doc) === undefined
    ? []
    : [
        { name: MEAN, shape: [features] },
        { name: SQUARE, shape: [features] },
      ];

export const isStatistic = ({ name }: TensorSpec): boolean => name === MEAN || name === SQUARE;
