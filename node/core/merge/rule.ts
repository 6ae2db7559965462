import type { Bytes32 } from "../primitives.ts";
import type { Measures } from "./measures.ts";

/** What is done to the updates before the rule puts them together; those without settings by their name. */
export type StepConfig =
  | "clipMedianNorm"
  | "arc"
  | "nearestNeighbourMixing"
  /** `size`: vectors of a bucket, at least 2. */
  | { step: "bucketing"; size: number };

/** How a task merges: the steps of `before`, one after another, then the rule. */
export interface MergeConfig {
  before?: readonly StepConfig[] | undefined;
  rule: "mean" | "median" | "trimmedMean" | "geometricMedian" | "multiKrum";
  /** For `trimmedMean`: values left out at each end. */
  trim?: number | undefined;
  /** For `mean`: largest share that one contributor may have in the total weight, in thousandths at the finest (0.4, 0.125). */
  cap?: number | undefined;
  /** For `geometricMedian`: how often the weights are computed anew. */
  steps?: number | undefined;
}

/** What a merge depends on beside base, updates and the task's `MergeConfig`. */
export interface MergeContext {
  /** How many of the contributors may be faulty, as the task says. */
  f: number;
  /** What bucketing draws by: the digest of the included set, which all nodes share and no member chooses. */
  seed: Bytes32;
  /** Is told how far the updates are from each other and what the steps did; distances are measured then for every rule. */
  watch?: ((observed: Observed) => void) | undefined;
}

/** What a rule or step goes by. All is of the vectors as the step before left them. */
export interface Given {
  n: number;
  f: number;
  seed: Bytes32;
  /** Of the contributors, positive integers; all 1 once vectors were mixed. */
  weights: readonly number[];
  /** Zeros where neither rule nor steps need them. */
  measures: Measures;
}

/** What a rule does to the vectors' elements, after the steps of `before`. */
export type Columns =
  /** Sum of coefficient times vector, divided by `divisor`. */
  | { kind: "combine"; coefficients: Float64Array; divisor: number }
  | { kind: "median" }
  | { kind: "trimmedMean"; trim: number };

/** A way of putting updates together, fixed for a task. */
export interface MergeRule {
  /** Whether contributors' weights count; robust rules ignore them, because a faulty node chooses its own. */
  weighted: boolean;
  /** Whether `plan` goes by norms and distances. */
  measures: boolean;
  /** How many of n contributions may be anything at all without moving the model beyond a bound that the others' updates give. */
  resists(n: number): number;
  /** What keeps n contributions, f of them faulty, from being merged by this rule, as a sentence; undefined if nothing does. */
  requires(n: number, f: number): string | undefined;
  plan(given: Given): Columns;
}

/** A step before the rule: turns n vectors into new ones, each a sum of coefficients times the old ones. */
export interface Step {
  /** What `matrix` goes by. */
  measures: "nothing" | "norms" | "distances";
  /** Whether a new vector is made of several old ones. Contributors' weights do not count any more then. */
  mixes: boolean;
  /** How many vectors it makes of n. */
  rows(n: number): number;
  requires(n: number, f: number): string | undefined;
  /** Coefficients, `rows(n)` rows of n, finite. */
  matrix(given: Given): Float64Array;
}

/** What a merge saw, for hints to people. Indices are those of the contributions. */
export interface Observed {
  measures: Measures;
  /** What each update was multiplied by when it was clipped, 1 where it was not. */
  clipped: readonly number[];
  /** Updates that the rule left out whole. */
  dropped: readonly number[];
}
