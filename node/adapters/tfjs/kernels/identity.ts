import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { replaceKernel, type WasmBackend } from "./call.ts";

/** A second name for the same values, which nothing changes: the engine (4.22) copies them, for every tensor that a gradient keeps. */
export function installIdentity(): void {
  const identity: KernelFunc = ({ inputs, backend }) => {
    const { dataId, shape, dtype } = (inputs as { x: TensorInfo }).x;
    (backend as unknown as WasmBackend).incRef(dataId);
    return { dataId, shape, dtype };
  };
  replaceKernel("Identity", identity);
}
