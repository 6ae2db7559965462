import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
import { getBackend, setBackend, version_core } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../core/errors.ts";
import { installKernels } from "./kernels/install.ts";

/**
 * TensorFlow.js on WebAssembly, with the training kernels of `kernels/`.
 * @returns its name, version, and whether the processor fuses products and sums
 * @throws SwarmError TRAINING_ENGINE
 */
export async function startWasmEngine(): Promise<string> {
  setThreadsCount(1);
  const started = await setBackend("wasm");
  if (!started || getBackend() !== "wasm") {
    const text =
      "TensorFlow.js cannot start its WebAssembly engine; install again (node_modules/@tensorflow/tfjs-backend-wasm may be incomplete)";
    throw new SwarmError("TRAINING_ENGINE", text, { backend: getBackend() });
  }
  return `tfjs-wasm ${version_core}${installKernels() ? " fma" : ""}`;
}
