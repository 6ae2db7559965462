import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { version_core } from "@tensorflow/tfjs-core";
import { activate } from "./activate.ts";
import { installKernels } from "./kernels/install.ts";

/**
 * TensorFlow.js on WebAssembly, with the training kernels of `kernels/`.
 * @returns its name, version, and whether the processor fuses products and sums
 * @throws SwarmError TRAINING_ENGINE
 */
export async function startWasmEngine(): Promise<string> {
  setThreadsCount(1);
  await activate("wasm", "install again (node_modules/@tensorflow/tfjs-backend-wasm may be incomplete)");
  return `tfjs-wasm ${version_core}${installKernels() ? " fma" : ""}`;
}
