import { SwarmError } from "../errors.ts";
import { totalElements } from "../safetensorsHeader.ts";
import type { TensorSpec, Weights } from "../weights.ts";
import type { BlockKernels, MergeKernels } from "./kernels.ts";
import { lackOf } from "./lack.ts";
import { measuresFor, type Plan, planMerge } from "./plan.ts";
import type { MergeConfig, MergeContext } from "./rule.ts";

/** Who contributed, and with what weight on the ledger. */
export interface Contributor {
  /** Index of the member in the task's list. */
  member: number;
  /** As the ledger has it, a positive integer. */
  weight: number;
}

/** What the second pass goes by where a merge depends on neither f nor seed. */
const NO_CONTEXT: MergeContext = { f: 0, seed: `0x${"00".repeat(32)}` };

/**
 * One merge, given its blocks in order: all of them to `measure` where `reads` is 2, and then all of them, again from the first, to `merge`.
 * Blocks begin at multiples of `BLOCK` elements and have that many, but for the last.
 */
export class BlockMerge {
  /** How often the updates have to be read. */
  readonly reads: 1 | 2;
  readonly #base: Weights;
  readonly #values: Float32Array;
  readonly #contributors: readonly Contributor[];
  readonly #config: MergeConfig;
  readonly #context: MergeContext;
  readonly #needs: "nothing" | "norms" | "distances";
  readonly #kernels: BlockKernels;
  #plan: Plan | undefined;

  /**
   * @param values receives the next model
   * @throws SwarmError MERGE_CONFIG, MERGE_TOO_FEW, MERGE_INPUT for what is wrong with all but the values
   */
  constructor(
    base: Weights,
    contributors: readonly Contributor[],
    config: MergeConfig,
    context: MergeContext | undefined,
    kernels: MergeKernels,
    values: Float32Array = new Float32Array(base.values.length),
  ) {
    check(contributors, config, context);
    this.#base = base;
    this.#values = values;
    this.#contributors = contributors;
    this.#config = config;
    this.#context = context ?? NO_CONTEXT;
    this.#needs = this.#context.watch === undefined ? measuresFor(config) : "distances";
    this.reads = this.#needs === "nothing" ? 1 : 2;
    this.#kernels = kernels.open(contributors.length);
  }

  /** @param deltas the block that begins at element `start`, of each update */
  measure(start: number, deltas: readonly Float32Array[]): void {
    this.#load(start, deltas);
    this.#kernels.accumulate(this.#needs === "distances");
  }

  merge(start: number, deltas: readonly Float32Array[]): void {
    const { mix, columns } = this.#planned();
    this.#load(start, deltas);
    if (mix !== undefined) this.#kernels.mix(mix.matrix, mix.rows);
    if (columns.kind === "combine") this.#kernels.combine(columns.coefficients, columns.divisor);
    else if (columns.kind === "median") this.#kernels.median();
    else this.#kernels.trimmedMean(columns.trim);
    const end = start + (deltas[0]?.length ?? 0);
    const out = this.#values.subarray(start, end);
    const index = this.#kernels.finish(this.#base.values.subarray(start, end), out);
    if (index >= 0) throw this.#notFinite(start + index, out[index], "the merged model");
  }

  /** The next model, after the last block. */
  result(): Weights {
    return { specs: this.#base.specs, values: this.#values };
  }

  #planned(): Plan {
    if (this.#plan === undefined) {
      const weights = this.#contributors.map(({ weight }) => weight);
      this.#plan = planMerge(this.#config, this.#context, weights, this.#kernels.sums());
      this.#context.watch?.(this.#plan.observed);
    }
    return this.#plan;
  }

  #load(start: number, deltas: readonly Float32Array[]): void {
    deltas.forEach((delta, j) => {
      const index = this.#kernels.load(j, delta);
      if (index < 0) return;
      throw this.#notFinite(start + index, delta[index], `the update of member ${this.#contributors[j]?.member}`);
    });
  }

  #notFinite(element: number, value: number | undefined, whose: string): SwarmError {
    const { tensor, offset } = placeOf(element, this.#base.specs);
    const message = `Tensor ${JSON.stringify(tensor)} of ${whose} has ${value} at element ${offset}; every value must be finite.`;
    return new SwarmError("MERGE_NOT_FINITE", message, { tensor, element: offset });
  }
}

function check(contributors: readonly Contributor[], config: MergeConfig, context: MergeContext | undefined): void {
  const lack = lackOf(config, contributors.length, context?.f ?? 0);
  const { length } = contributors;
  if (length === 0) throw new SwarmError("MERGE_TOO_FEW", "There is nothing to merge.", { contributions: 0 });
  if (lack !== undefined) throw new SwarmError(lack.code, lack.message, { contributions: length });
  if (context === undefined && (config.rule === "multiKrum" || (config.before ?? []).length > 0)) {
    const message = "This merge goes by the number of faulty contributors and the round's seed, and was given neither.";
    throw new SwarmError("MERGE_CONFIG", message, { ...config });
  }
  contributors.forEach(({ member, weight }, j) => {
    const previous = contributors[j - 1]?.member ?? -1;
    if (!(member > previous))
      throw new SwarmError("MERGE_INPUT", `Member ${member} follows ${previous}; give updates in member order.`, {
        member,
      });
    if (Number.isSafeInteger(weight) && weight > 0) return;
    throw new SwarmError("MERGE_INPUT", `Member ${member} has weight ${weight}; weights are positive integers.`, {
      member,
      weight,
    });
  });
}

/** Which tensor an element of the whole model belongs to, and which of its elements it is. */
function placeOf(element: number, specs: readonly TensorSpec[]): { tensor: string | undefined; offset: number } {
  let offset = element;
  for (const spec of specs) {
    const count = totalElements([spec]);
    if (offset < count) return { tensor: spec.name, offset };
    offset -= count;
  }
  return { tensor: undefined, offset };
}
