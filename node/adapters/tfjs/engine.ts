import { setThreadsCount } from "@tensorflow/tfjs-backend-wasm";
// Registers the gradients of all operations; tfjs-core's own bundle for Node comes without them.
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-layers";
import { getBackend, setBackend, version_core } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../core/errors.ts";
import { installConv2dGradients } from "./kernels/conv2dGradients.ts";
import { installMatMul } from "./kernels/matMul.ts";
import { installMaxPoolGrad } from "./kernels/maxPoolGrad.ts";

/**
 * Starts TensorFlow.js on WebAssembly, one thread, with the training kernels of this folder.
 * @returns name and version of the engine: results differ between engines
 * @throws SwarmError TRAINING_ENGINE where WebAssembly does not start; another engine is never taken instead
 */
export async function startEngine(): Promise<string> {
  setThreadsCount(1);
  const started = await setBackend("wasm");
  if (!started || getBackend() !== "wasm") {
    const text =
      "TensorFlow.js cannot start its WebAssembly engine; install again (node_modules/@tensorflow/tfjs-backend-wasm may be incomplete)";
    throw new SwarmError("TRAINING_ENGINE", text, { backend: getBackend() });
  }
  installMatMul();
  installConv2dGradients();
  installMaxPoolGrad();
  return `tfjs-wasm ${version_core}`;
}
