import { SwarmError } from "../../../../core/errors.ts";
import { TRAINING_KERNELS_BASE64 } from "./bytes.ts";

/** The functions of `assembly/`; every number is an offset in the engine's memory, a number of bytes or a count. */
export interface TrainingKernels {
  gemm(
    a: number,
    aRow: number,
    aColumn: number,
    b: number,
    bRow: number,
    bColumn: number,
    c: number,
    m: number,
    n: number,
    k: number,
    add: boolean,
    scratch: number,
  ): void;
  gather(image: number, patches: number, geometry: number): void;
  scatter(patches: number, image: number, geometry: number): void;
  depthwise(image: number, outputs: number, filter: number, geometry: number): void;
  depthwiseByFilter(image: number, outputs: number, filter: number, geometry: number): void;
  depthwiseByInput(image: number, outputs: number, filter: number, geometry: number): void;
  maxPoolGradient(x: number, y: number, dy: number, dx: number, geometry: number): void;
  reluGradient(x: number, dy: number, dx: number, bytes: number): void;
  columnSums(x: number, rows: number, columns: number, out: number): void;
  fused(x: number, y: number): number;
}

let compiled: WebAssembly.Module | undefined;

/** The kernels on a memory that belongs to another program. @throws SwarmError TRAINING_ENGINE where this processor cannot run them */
export function instantiate(memory: WebAssembly.Memory): TrainingKernels {
  const bytes = Uint8Array.from(atob(TRAINING_KERNELS_BASE64), (character) => character.charCodeAt(0));
  if (compiled === undefined && !WebAssembly.validate(bytes)) {
    const text =
      "this processor or this version of Node has no WebAssembly SIMD, which training needs: use the native engine";
    throw new SwarmError("TRAINING_ENGINE", text);
  }
  compiled ??= new WebAssembly.Module(bytes);
  const { exports } = new WebAssembly.Instance(compiled, { env: { memory } });
  if (typeof exports.gemm === "function") return exports as unknown as TrainingKernels;
  throw new SwarmError(
    "TRAINING_ENGINE",
    'the built training kernels are not those of their source: run "npm run build:kernels"',
  );
}

/** Whether this processor rounds products and sums once: results differ between the two. */
export function isFused({ fused }: TrainingKernels): boolean {
  return fused(1 + 2 ** -12, -(1 + 2 ** -11)) === 1;
}
