import { SwarmError } from "../../errors.ts";
import { KERNELS_BASE64 } from "./bytes.ts";

/** The functions of `assembly/`; every number but `divisor` and the results is an offset or a count. */
export interface Kernels {
  combined32(
    rows: number,
    stride: number,
    n: number,
    coefficients: number,
    divisor: number,
    base: number,
    out: number,
    bytes: number,
  ): number;
  sorted32: Sorted;
  sorted64: Sorted;
  combine(rows: number, stride: number, n: number, coefficients: number, out: number, bytes: number): void;
  probe32(row: number, bytes: number): number;
  norms(rows: number, stride: number, n: number, lanes: number, bytes: number): void;
  distances(rows: number, stride: number, n: number, lanes: number, bytes: number): void;
}

export type Sorted = (
  rows: number,
  stride: number,
  n: number,
  network: number,
  exchanges: number,
  from: number,
  to: number,
  divisor: number,
  base: number,
  out: number,
  bytes: number,
  scratch: number,
) => number;

let compiled: WebAssembly.Module | undefined;

/** Whether this machine and program can run the kernels; processors without SIMD cannot. */
export function canInstantiate(): boolean {
  return compiled !== undefined || WebAssembly.validate(bytes());
}

/** The kernels on a memory of their own, all 0, of exactly so many pages of 64 KiB. */
export function instantiate(pages: number): { kernels: Kernels; memory: ArrayBuffer } {
  compiled ??= new WebAssembly.Module(bytes());
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  if (typeof exports.combined32 !== "function")
    throw new SwarmError(
      "MERGE_KERNELS",
      'The built kernels are not those of their source: run "npm run build:kernels".',
    );
  return { kernels: exports as unknown as Kernels, memory: memory.buffer };
}

function bytes(): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(KERNELS_BASE64), (character) => character.charCodeAt(0));
}
