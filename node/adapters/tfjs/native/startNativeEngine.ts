import { createRequire } from "node:module";
import { join } from "node:path";
import util from "node:util";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { SwarmError } from "../../../core/errors.ts";
import { activate } from "../activate.ts";
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
  shim();
  const help = 'build it again with "npm run setup:native", or use --engine wasm';
  try {
    createRequire(join(nativeFolder(), "package.json"))("@tensorflow/tfjs-node");
  } catch (cause) {
    const text = `the native training engine does not load (${(cause as Error).message}): ${help}`;
    throw new SwarmError("TRAINING_ENGINE", text, { folder: nativeFolder() }, cause);
  }
  await activate(BACKEND, help);
  return `tfjs-node ${tfjsNode} tensorflow ${tensorflow}`;
}

/** It asks for a function that Node took away in version 23, and for one that Node warns of; and TensorFlow.js for production, which says less. */
function shim(): void {
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray = Array.isArray;
  enableProdMode();
}
