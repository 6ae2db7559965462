import { backend } from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { installConv2d } from "./conv2d.ts";
import { installDepthwiseConv2d } from "./depthwiseConv2d.ts";
import { installIdentity } from "./identity.ts";
import { installMatMul } from "./matMul.ts";
import { installMaxPoolGrad } from "./maxPoolGrad.ts";
import { installReluGrad } from "./relu.ts";
import { installSegmentSum } from "./segmentSum.ts";
import { installSums } from "./sums.ts";
import { isFused } from "./wasm/instantiate.ts";

/**
 * Puts all kernels of this folder into the WebAssembly engine, which must be the one that runs.
 * @returns whether products and sums are fused here: results differ between the two
 * @throws SwarmError TRAINING_ENGINE where this processor cannot run them
 */
export function installKernels(): boolean {
  const { kernels } = arithmetic(backend());
  installIdentity();
  installMatMul();
  installConv2d();
  installDepthwiseConv2d();
  installMaxPoolGrad();
  installReluGrad();
  installSegmentSum();
  installSums();
  return isFused(kernels);
}
