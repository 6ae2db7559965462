import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { getBackend, setBackend } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../../core/errors.ts";
import { NATIVE_VERSIONS, nativeFolder, nativeProblem } from "./folder.ts";

const BACKEND = "tensorflow";

/**
 * TensorFlow.js on TensorFlow's own library, out of the folder where it was built. Its copies of the TensorFlow.js packages find and use the
 * engine that ours have registered, which is one per thread.
 * @throws SwarmError TRAINING_ENGINE
 */
export async function startNativeEngine(): Promise<string> {
  const { tfjsNode, tensorflow } = NATIVE_VERSIONS;
  const problem = nativeProblem();
  if (problem !== undefined)
    throw new SwarmError("TRAINING_ENGINE", `the native training engine does not start: ${problem}`);
  // It asks for two functions that Node took away in version 23.
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
  try {
    createRequire(join(nativeFolder(), "package.json"))("@tensorflow/tfjs-node");
  } catch (cause) {
    throw failed((cause as Error).message, cause);
  }
  if (!(await setBackend(BACKEND)) || getBackend() !== BACKEND) throw failed(`the engine that runs is ${getBackend()}`);
  return `tfjs-node ${tfjsNode} tensorflow ${tensorflow}`;
}

function failed(why: string, cause?: unknown): SwarmError {
  const text = `the native training engine does not start (${why}): build it again with "npm run setup:native", or use --engine wasm`;
  return new SwarmError("TRAINING_ENGINE", text, { folder: nativeFolder() }, cause);
}
