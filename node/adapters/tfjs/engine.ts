// Registers the gradients of all operations; tfjs-core's own bundle for Node comes without them.
// oxlint-disable-next-line import/no-unassigned-import
import "@tensorflow/tfjs-layers";
import type { EngineName } from "../../ports/learner.ts";
import { startNativeEngine } from "./native/startNativeEngine.ts";
import { startWasmEngine } from "./startWasmEngine.ts";

/**
 * Starts an engine in this thread, one thread of computation, and makes it the one that runs.
 * @returns name and version of the engine: results differ between engines
 * @throws SwarmError TRAINING_ENGINE where it does not start; another engine is never taken instead
 */
export function startEngine(name: EngineName = "wasm"): Promise<string> {
  return name === "native" ? startNativeEngine() : startWasmEngine();
}
