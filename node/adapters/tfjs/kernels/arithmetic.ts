import type { TensorInfo } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../../core/errors.ts";
import { sizeOf, type WasmBackend } from "./call.ts";
import { instantiate, type TrainingKernels } from "./wasm/instantiate.ts";

/** Bytes for packed columns and what is left over of them, as `gemm` wants them, and for a geometry. */
const PACKED_BYTES = 512 * 8 * 4 + 32;
const GEOMETRY_BYTES = 64;

/** Our kernels on the memory of one engine. */
export interface Arithmetic {
  kernels: TrainingKernels;
  memory: WasmBackend;
  /** Memory for `gemm` to work in. */
  scratch: number;
  /** Where a tensor begins. */
  at(tensor: TensorInfo): number;
  /** A new tensor; what is in it is undefined. @throws SwarmError TRAINING_MEMORY */
  make(shape: readonly number[]): TensorInfo;
  /** A new tensor of zeros. */
  zeros(shape: readonly number[]): TensorInfo;
  /** Writes a geometry for the next kernel. @returns where it is */
  place(geometry: Int32Array): number;
}

const known = new WeakMap<object, Arithmetic>();

/** @throws Error where the engine keeps its memory elsewhere than its version of today does */
export function arithmetic(backend: unknown): Arithmetic {
  const found = known.get(backend as object);
  if (found !== undefined) return found;
  const memory = backend as WasmBackend;
  const own = Object.values(memory.wasm.asm).find((value) => value instanceof WebAssembly.Memory);
  if (own === undefined) throw new Error("the WebAssembly engine shows no memory");
  const scratch = memory.wasm._malloc(PACKED_BYTES + GEOMETRY_BYTES) >>> 0;
  if (scratch === 0) throw new Error("the WebAssembly engine has no memory left");
  const make = (shape: readonly number[]) => {
    const tensor = memory.makeOutput([...shape], "float32");
    // Where there is no more, the engine goes on at 0, over its own data.
    if (sizeOf(shape) > 0 && memory.getMemoryOffset(tensor.dataId) === 0) throw full(shape);
    return tensor;
  };
  const made: Arithmetic = {
    kernels: instantiate(own),
    memory,
    scratch,
    make,
    at: ({ dataId }) => memory.getMemoryOffset(dataId),
    zeros(shape) {
      const tensor = make(shape);
      memory.typedArrayFromHeap(tensor).fill(0);
      return tensor;
    },
    place(geometry) {
      const to = scratch + PACKED_BYTES;
      // Made each time: the memory may have grown, and with it moved.
      new Int32Array(own.buffer, to, geometry.length).set(geometry);
      return to;
    },
  };
  known.set(memory, made);
  return made;
}

function full(shape: readonly number[]): SwarmError {
  const text = `the training engine has no memory left for a tensor of [${shape}]: the task's batchSize is too large for its model on this engine`;
  return new SwarmError("TRAINING_MEMORY", text, { shape });
}
