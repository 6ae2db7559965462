import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import { wasmKernels } from "../../../node/core/merge/wasm/wasmKernels.ts";
import { kernelsSuite } from "./kernels.suite.ts";

kernelsSuite("TypeScript", plainKernels);
kernelsSuite("WebAssembly", wasmKernels);
