import {
  getKernel,
  type KernelFunc,
  type NamedAttrMap,
  registerKernel,
  type TensorInfo,
  unregisterKernel,
} from "@tensorflow/tfjs-core";

/** What kernels get as `backend`: its memory. */
export interface WasmBackend {
  disposeData(dataId: object): boolean;
  /** One more tensor has these values; each one is disposed of by itself. */
  incRef(dataId: object): void;
  makeOutput(shape: number[], dtype: "float32"): TensorInfo;
  /** A view that the next allocation may make stale. */
  typedArrayFromHeap(tensor: TensorInfo): Float32Array;
  /** Where a tensor's values begin in the engine's memory, bytes. */
  getMemoryOffset(dataId: object): number;
  /** The engine's own program. */
  wasm: { _malloc(bytes: number): number; asm: Record<string, unknown> };
}

const BACKEND = "wasm";

/** A kernel of the WebAssembly engine as a function, for use inside other kernels. */
export function kernel(name: string): KernelFunc {
  const found = getKernel(name, BACKEND);
  if (found === undefined) throw new Error(`the WebAssembly engine has no kernel ${name}`);
  return found.kernelFunc;
}

export function run(
  func: KernelFunc,
  inputs: Record<string, TensorInfo> | TensorInfo[],
  backend: unknown,
  attrs: object,
): TensorInfo {
  return func({
    inputs: inputs as Record<string, TensorInfo>,
    backend: backend as object,
    attrs: attrs as NamedAttrMap,
  }) as TensorInfo;
}

export function dispose(backend: unknown, ...tensors: TensorInfo[]): void {
  for (const { dataId } of tensors) (backend as WasmBackend).disposeData(dataId);
}

/** Puts a kernel in the place of the engine's own, or adds one that it lacks. */
export function replaceKernel(kernelName: string, kernelFunc: KernelFunc): void {
  if (getKernel(kernelName, BACKEND) !== undefined) unregisterKernel(kernelName, BACKEND);
  registerKernel({ kernelName, backendName: BACKEND, kernelFunc });
}

export const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);
