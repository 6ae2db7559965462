import { plainKernels } from "../../../node/core/merge/plainKernels.ts";
import { kernelsSuite } from "./kernels.suite.ts";

kernelsSuite("TypeScript", plainKernels);
