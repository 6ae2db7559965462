import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

/** TensorFlow.js's package for Node, and the TensorFlow that it is built on. */
export const NATIVE_VERSIONS = { tfjsNode: "4.22.0", tensorflow: "2.21.0" } as const;

/** Where `npm run setup:native` builds the native engine, or the folder that SWARM_NATIVE names. */
export function nativeFolder(): string {
  const own = process.env.SWARM_NATIVE;
  if (own !== undefined && own !== "") return resolve(own);
  const { tfjsNode, tensorflow } = NATIVE_VERSIONS;
  const name = `tfjs-node-${tfjsNode}-tf-${tensorflow}`;
  return join(import.meta.dirname, "../../../..", ".swarm", "native", name);
}

/** The file that is written when everything else is there. */
export const readyFile = (folder: string): string => join(folder, "ready.json");

/** Why the native engine cannot be started here, and what to do; undefined where it is there. */
export function nativeProblem(): string | undefined {
  const folder = nativeFolder();
  if (existsSync(readyFile(folder))) return undefined;
  return `it is not built in ${folder}; "npm run setup:native" does that on Linux with Python 3 and a C++ compiler`;
}
