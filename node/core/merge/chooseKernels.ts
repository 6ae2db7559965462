import { SwarmError } from "../errors.ts";
import type { MergeKernels } from "./kernels.ts";
import { plainKernels } from "./plainKernels.ts";
import { canInstantiate } from "./wasm/instantiate.ts";
import { wasmKernels } from "./wasm/wasmKernels.ts";

export type KernelsName = "plain" | "wasm";

/**
 * Which kernels an operator asked for; where nothing was, the fastest that run on this machine. All give the same bits.
 * @throws SwarmError MERGE_KERNELS for another name
 */
export function chooseKernels(setting: string | undefined): KernelsName {
  if (setting === undefined || setting === "") return canInstantiate() ? "wasm" : "plain";
  if (setting === "plain" || setting === "wasm") return setting;
  const message = `There are no merge kernels called ${JSON.stringify(setting)}: set SWARM_KERNELS to plain or wasm, or leave it away.`;
  throw new SwarmError("MERGE_KERNELS", message, { setting });
}

export function kernelsOf(name: KernelsName): MergeKernels {
  return name === "plain" ? plainKernels : wasmKernels;
}
