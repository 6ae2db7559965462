import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { replaceKernel, sizeOf } from "./call.ts";

/** Adds rows up by what they belong to, the gradient of an embedding: the engine (4.22) lacks it. Rows that belong to nothing are left out. */
export function installSegmentSum(): void {
  const segmentSum: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
    const { numSegments } = attrs as unknown as { numSegments: number };
    const row = x.shape.slice(segmentIds.shape.length);
    const width = sizeOf(row);
    const context = arithmetic(backend);
    const out = context.zeros([numSegments, ...row]);
    const { memory } = context;
    const [values, sums] = [memory.typedArrayFromHeap(x), memory.typedArrayFromHeap(out)];
    const ids = memory.typedArrayFromHeap(segmentIds);
    for (let i = 0; i < ids.length; i++) {
      const segment = ids[i] as number;
      if (segment < 0 || segment >= numSegments) continue;
      for (let at = 0; at < width; at++) {
        const to = segment * width + at;
        sums[to] = (sums[to] as number) + (values[i * width + at] as number);
      }
    }
    return out;
  };
  replaceKernel("UnsortedSegmentSum", segmentSum);
}
