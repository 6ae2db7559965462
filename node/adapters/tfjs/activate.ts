import { getBackend, setBackend } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../core/errors.ts";

/**
 * Makes an engine the one that runs. `setBackend` may say no without an error, and leave another one running.
 * @param help what to do where it does not start
 * @throws SwarmError TRAINING_ENGINE
 */
export async function activate(backend: string, help: string): Promise<void> {
  let why = "";
  try {
    if ((await setBackend(backend)) && getBackend() === backend) return;
  } catch (error) {
    why = `: ${(error as Error).message}`;
  }
  const text = `TensorFlow.js cannot start its engine ${backend}${why}; ${help}`;
  throw new SwarmError("TRAINING_ENGINE", text, { backend });
}
