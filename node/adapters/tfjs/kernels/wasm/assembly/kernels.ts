/**
 * The arithmetic of training on float32, four elements at a time. AssemblyScript, compiled by `npm run build:kernels`. It works on the
 * training engine's own memory: every pointer is an offset there, every stride a number of bytes. Products and sums may be fused, where
 * the processor does that: training differs between engines anyway, and which it was is recorded with each update. Merges have their
 * own kernels, in which nothing is fused.
 */
export { depthwise, depthwiseByFilter, depthwiseByInput } from "./depthwise";
export { fused } from "./fused";
export { gemm } from "./gemm";
export { maxPoolGradient } from "./maxPool";
export { gather, scatter } from "./patches";
export { reluGradient } from "./relu";
export { columnSums } from "./sums";
