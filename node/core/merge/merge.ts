import { SwarmError } from "../errors.ts";
import { specDifference } from "../update.ts";
import type { Weights } from "../weights.ts";
import { BlockMerge, type Contributor } from "./blockMerge.ts";
import { BLOCK, type MergeKernels } from "./kernels.ts";
import { plainKernels } from "./plainKernels.ts";
import type { MergeConfig, MergeContext } from "./rule.ts";

/** One included update. */
export interface Contribution extends Contributor {
  delta: Weights;
}

/** A contribution whose values are read block by block; `read` returns `count` values from `start` on. */
export interface StreamedContribution extends Contributor {
  read(start: number, count: number): Float32Array | Promise<Float32Array>;
}

/**
 * The next model: base + merged deltas. Every input -0 becomes 0; then norms and distances where steps or rule go by them, the plan that is
 * made of them, and its operations per element, all in float64 in the orders that kernels.ts, plan.ts and the rules' files give; then
 * float32(base + merged), rounded once, -0 becoming 0. No fused or reordered operations, so every machine gets the same bits. No argument is
 * changed.
 * @param contributions in ascending member order, with the base's tensors, all values finite
 * @param context may be left away where there are no steps before a rule that does not go by f
 * @throws SwarmError MERGE_INPUT (order, weights or tensors), MERGE_TOO_FEW (steps or rule need more), MERGE_NOT_FINITE (a value of the
 *   input or of the result is not), MERGE_CONFIG
 */
export function mergeModel(
  base: Weights,
  contributions: readonly Contribution[],
  config: MergeConfig,
  context?: MergeContext,
  kernels: MergeKernels = plainKernels,
): Weights {
  for (const { member, delta } of contributions) {
    const difference = specDifference(delta.specs, base.specs);
    if (difference !== undefined)
      throw new SwarmError("MERGE_INPUT", `The update of member ${member} does not fit: ${difference}`, { member });
  }
  const merge = new BlockMerge(base, contributions, config, context, kernels);
  const { length } = base.values;
  const blocks = (each: (start: number, deltas: Float32Array[]) => void): void => {
    for (let start = 0; start < length; start += BLOCK) {
      const end = Math.min(start + BLOCK, length);
      each(
        start,
        contributions.map(({ delta }) => delta.values.subarray(start, end)),
      );
    }
  };
  if (merge.reads === 2) blocks((start, deltas) => merge.measure(start, deltas));
  blocks((start, deltas) => merge.merge(start, deltas));
  return merge.result();
}

/**
 * The same merge, bit by bit, with the deltas read in blocks: memory is the base, the result and one block per contribution. Where steps or
 * rule go by norms or distances, everything is read twice.
 * @param blockElements values per read; rounded up to a multiple of `BLOCK`
 * @param values receives the result, as many as the base has
 * @throws SwarmError like `mergeModel`; MERGE_INPUT if a reader returns another count; what a reader throws
 */
export async function mergeBlocks(
  base: Weights,
  contributions: readonly StreamedContribution[],
  config: MergeConfig,
  context?: MergeContext,
  {
    blockElements = 8 * BLOCK,
    kernels = plainKernels,
    values,
  }: { blockElements?: number; kernels?: MergeKernels; values?: Float32Array } = {},
): Promise<Weights> {
  const merge = new BlockMerge(base, contributions, config, context, kernels, values);
  const size = Math.ceil(blockElements / BLOCK) * BLOCK;
  const { length } = base.values;
  for (let read = 1; read <= merge.reads; read++) {
    for (let start = 0; start < length; start += size) {
      const count = Math.min(size, length - start);
      const blocks = await readAll(contributions, start, count);
      for (let from = 0; from < count; from += BLOCK) {
        const deltas = blocks.map((block) => block.subarray(from, Math.min(from + BLOCK, count)));
        if (read < merge.reads) merge.measure(start + from, deltas);
        else merge.merge(start + from, deltas);
      }
    }
  }
  return merge.result();
}

async function readAll(
  contributions: readonly StreamedContribution[],
  start: number,
  count: number,
): Promise<Float32Array[]> {
  const blocks = await Promise.all(contributions.map((contribution) => contribution.read(start, count)));
  blocks.forEach((block, j) => {
    if (block.length === count) return;
    const member = contributions[j]?.member;
    const message = `Member ${member}'s update gave ${block.length} values where ${count} were due.`;
    throw new SwarmError("MERGE_INPUT", message, { member });
  });
  return blocks;
}
