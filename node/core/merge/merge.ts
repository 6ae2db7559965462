import { SwarmError } from "../errors.ts";
import { totalElements } from "../safetensorsHeader.ts";
import { specDifference } from "../update.ts";
import type { TensorSpec, Weights } from "../weights.ts";
import type { MergeConfig } from "./rule.ts";
import { ruleOf } from "./rules.ts";

/** One included update. */
export interface Contribution {
  /** Index of the member in the task's list. */
  member: number;
  /** As the ledger has it, a positive integer. */
  weight: number;
  delta: Weights;
}

/** A contribution whose values are read block by block; `read` returns `count` values from `start` on. */
export interface StreamedContribution {
  member: number;
  weight: number;
  read(start: number, count: number): Float32Array | Promise<Float32Array>;
}

/** Elements put together at a time: n columns of float64 of this length stay in a processor's cache. */
const BLOCK = 512;

/**
 * The next model: base + merged deltas. Per element: every input -0 becomes 0; the rule's operations in float64 in the order that its
 * docstring gives; then float32(base + merged), rounded once, -0 becoming 0. No fused or reordered operations, so every machine gets
 * the same bits. Neither argument is changed.
 * @param contributions in ascending member order, with the base's tensors, all values finite
 * @throws SwarmError MERGE_INPUT (order, weights or tensors), MERGE_TOO_FEW (the rule needs more), MERGE_NOT_FINITE (a value of the
 *   input or of the result is not), MERGE_CONFIG
 */
export function mergeModel(base: Weights, contributions: readonly Contribution[], config: MergeConfig): Weights {
  for (const { member, delta } of contributions) {
    const difference = specDifference(delta.specs, base.specs);
    if (difference !== undefined)
      throw new SwarmError("MERGE_INPUT", `The update of member ${member} does not fit: ${difference}`, { member });
  }
  const merge = blockMerger(base.specs, contributions, config);
  const values = new Float32Array(base.values.length);
  for (let start = 0; start < values.length; start += BLOCK) {
    const end = Math.min(start + BLOCK, values.length);
    const deltas = contributions.map(({ delta }) => delta.values.subarray(start, end));
    merge(start, base.values.subarray(start, end), deltas, values.subarray(start, end));
  }
  return { specs: base.specs, values };
}

/**
 * The same merge, bit by bit, with the deltas read in blocks: memory is the base, the result and one block per contribution.
 * @param blockElements values per read
 * @throws SwarmError like `mergeModel`; MERGE_INPUT if a reader returns another count; what a reader throws
 */
export async function mergeBlocks(
  base: Weights,
  contributions: readonly StreamedContribution[],
  config: MergeConfig,
  blockElements: number = 64 * BLOCK,
): Promise<Weights> {
  const merge = blockMerger(base.specs, contributions, config);
  const values = new Float32Array(base.values.length);
  for (let start = 0; start < values.length; start += blockElements) {
    const count = Math.min(blockElements, values.length - start);
    const blocks = await Promise.all(contributions.map((contribution) => contribution.read(start, count)));
    blocks.forEach((block, j) => {
      if (block.length === count) return;
      const member = contributions[j]?.member;
      throw new SwarmError(
        "MERGE_INPUT",
        `Member ${member}'s update gave ${block.length} values where ${count} were due.`,
        { member },
      );
    });
    for (let at = 0; at < count; at += BLOCK) {
      const [from, to] = [at, Math.min(at + BLOCK, count)];
      const deltas = blocks.map((block) => block.subarray(from, to));
      merge(
        start + from,
        base.values.subarray(start + from, start + to),
        deltas,
        values.subarray(start + from, start + to),
      );
    }
  }
  return { specs: base.specs, values };
}

type Merger = (start: number, base: Float32Array, deltas: Float32Array[], out: Float32Array) => void;

/** Checks everything but the values, and returns what merges blocks of at most `BLOCK` elements. */
function blockMerger(
  specs: readonly TensorSpec[],
  contributions: readonly { member: number; weight: number }[],
  config: MergeConfig,
): Merger {
  const rule = ruleOf(config);
  const lack = contributions.length === 0 ? "There is nothing to merge." : rule.requires(contributions.length, 0);
  if (lack !== undefined) throw new SwarmError("MERGE_TOO_FEW", lack, { contributions: contributions.length });
  contributions.forEach(({ member, weight }, j) => {
    const previous = contributions[j - 1]?.member ?? -1;
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
  const weights = contributions.map(({ weight }) => weight);
  const columns = contributions.map(() => new Float64Array(BLOCK));
  const merged = new Float64Array(BLOCK);
  return (start, base, deltas, out) => {
    const length = out.length;
    deltas.forEach((delta, j) => {
      const column = columns[j] as Float64Array;
      for (let i = 0; i < length; i++) column[i] = (delta[i] as number) + 0;
      checkFinite(column, length, start, specs, `the update of member ${contributions[j]?.member}`);
    });
    const block = merged.subarray(0, length);
    rule.mergeBlock(length === BLOCK ? columns : columns.map((column) => column.subarray(0, length)), weights, block);
    for (let i = 0; i < length; i++) out[i] = Math.fround((base[i] as number) + 0 + (block[i] as number)) + 0;
    checkFinite(out, length, start, specs, "the merged model");
  };
}

function checkFinite(
  values: ArrayLike<number>,
  length: number,
  start: number,
  specs: readonly TensorSpec[],
  whose: string,
): void {
  // One product says it for all: 0 times a finite value is 0 (or -0), anything else is NaN.
  let probe = 0;
  for (let i = 0; i < length; i++) probe += (values[i] as number) * 0;
  if (probe === 0) return;
  let index = 0;
  while (Number.isFinite(values[index])) index++;
  let offset = start + index;
  const spec = specs.find((candidate) => {
    const count = totalElements([candidate]);
    if (offset < count) return true;
    offset -= count;
    return false;
  });
  const message = `Tensor ${JSON.stringify(spec?.name)} of ${whose} has ${values[index]} at element ${offset}; every value must be finite.`;
  throw new SwarmError("MERGE_NOT_FINITE", message, { tensor: spec?.name, element: offset });
}
