import { createHash } from "node:crypto";
import type { MergeConfig, MergeContext, StepConfig } from "../../../node/core/merge/rule.ts";

/**
 * Merges as the papers write them, on whole vectors, with no care for the order of operations: no norms or distances are derived from others,
 * no coefficients composed. Right to a few of the last digits of a float64.
 */
type Vector = number[];

const sum = (values: number[]): number => values.reduce((a, b) => a + b, 0);
const length = (a: Vector): number => Math.sqrt(sum(a.map((value) => value * value)));
const minus = (a: Vector, b: Vector): Vector => a.map((value, i) => value - (b[i] as number));
const times = (a: Vector, factor: number): Vector => a.map((value) => value * factor);
const column = (vectors: Vector[], i: number): number[] => vectors.map((vector) => vector[i] as number);
const byColumn = (vectors: Vector[], of: (values: number[]) => number): Vector =>
  (vectors[0] ?? []).map((_, i) => of(column(vectors, i)));
const meanOf = (vectors: Vector[]): Vector => byColumn(vectors, (values) => sum(values) / values.length);
const rising = (values: number[]): number[] => values.toSorted((a, b) => a - b);

function weighted(vectors: Vector[], weights: number[]): Vector {
  return byColumn(vectors, (values) => sum(values.map((value, j) => value * (weights[j] as number))) / sum(weights));
}

/** The vectors nearest to `from`. */
function nearest(vectors: Vector[], from: Vector, count: number): Vector[] {
  return vectors.toSorted((a, b) => length(minus(a, from)) - length(minus(b, from))).slice(0, count);
}

function clipTo(vectors: Vector[], bound: number): Vector[] {
  return vectors.map((vector) => (length(vector) > bound ? times(vector, bound / length(vector)) : vector));
}

function stepped(vectors: Vector[], step: StepConfig, { f, seed }: MergeContext): Vector[] {
  const n = vectors.length;
  const norms = rising(vectors.map(length));
  if (step === "clipMedianNorm") return clipTo(vectors, norms[Math.ceil(n / 2) - 1] as number);
  if (step === "arc") return clipTo(vectors, norms[n - 1 - Math.floor((2 * f * (n - f)) / n)] as number);
  if (step === "nearestNeighbourMixing") return vectors.map((vector) => meanOf(nearest(vectors, vector, n - f)));
  const key = (i: number): string =>
    createHash("sha256")
      .update(seed.slice(2), "hex")
      .update(Uint8Array.of(0, 0, i >> 8, i & 255))
      .digest("hex");
  const order = vectors.map((vector, i) => ({ vector, key: key(i) })).sort((a, b) => (a.key < b.key ? -1 : 1));
  const buckets: Vector[] = [];
  for (let at = 0; at < n; at += step.size)
    buckets.push(meanOf(order.slice(at, at + step.size).map((it) => it.vector)));
  return buckets;
}

/** The largest value that all weights can be lowered to without one of them being above its share, by halving. */
function lowered(weights: number[], cap: number): number[] {
  let [low, high] = [0, Math.max(...weights)];
  for (let i = 0; i < 200; i++) {
    const middle = (low + high) / 2;
    const total = sum(weights.map((weight) => Math.min(weight, middle)));
    if (middle <= cap * total * (1 + 1e-13) || Math.max(...weights) <= cap * sum(weights)) low = middle;
    else high = middle;
  }
  return weights.map((weight) => Math.min(weight, high));
}

function weiszfeld(vectors: Vector[], steps: number): Vector {
  let point = times(vectors[0] as Vector, 0);
  for (let i = 0; i < steps; i++) {
    const from = point;
    point = weighted(
      vectors,
      vectors.map((vector) => 1 / Math.max(1e-6, length(minus(vector, from)))),
    );
  }
  return point;
}

function krum(vectors: Vector[], f: number): Vector {
  const n = vectors.length;
  const score = (vector: Vector): number =>
    sum(rising(vectors.map((other) => length(minus(other, vector)) ** 2)).slice(0, n - f));
  return meanOf(vectors.toSorted((a, b) => score(a) - score(b)).slice(0, n - f));
}

export function naiveMerge(rows: Vector[], weights: number[], config: MergeConfig, context: MergeContext): Vector {
  let vectors = rows;
  let counted = weights;
  for (const step of config.before ?? []) {
    vectors = stepped(vectors, step, context);
    if (step !== "arc" && step !== "clipMedianNorm") counted = vectors.map(() => 1);
  }
  switch (config.rule) {
    case "mean":
      return weighted(vectors, config.cap === undefined ? counted : lowered(counted, config.cap));
    case "median":
      return byColumn(vectors, (values) => {
        const sorted = rising(values);
        return ((sorted[(sorted.length - 1) >> 1] as number) + (sorted[sorted.length >> 1] as number)) / 2;
      });
    case "trimmedMean": {
      const trim = config.trim as number;
      return byColumn(
        vectors,
        (values) => sum(rising(values).slice(trim, values.length - trim)) / (values.length - 2 * trim),
      );
    }
    case "geometricMedian":
      return weiszfeld(vectors, config.steps as number);
    case "multiKrum":
      return krum(vectors, context.f);
  }
}
