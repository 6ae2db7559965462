import { backend, type Tensor } from "@tensorflow/tfjs-core";

/** Engines that show their memory. */
interface Readable {
  typedArrayFromHeap?(tensor: Tensor): Float32Array;
}

/** Copies a float32 tensor's values to an offset of an array; `dataSync` makes an array for each first, which keeps the collector busy. */
export function readInto(tensor: Tensor, target: Float32Array, offset: number): void {
  const engine = backend() as Readable;
  const view = engine.typedArrayFromHeap?.(tensor) ?? (tensor.dataSync() as Float32Array);
  target.set(view, offset);
}
