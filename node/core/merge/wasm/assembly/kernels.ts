/**
 * The arithmetic of merges on blocks of a few thousand elements, two to four elements at a time. AssemblyScript, compiled by
 * `npm run build:kernels`; the orders of operations are those of the plain TypeScript beside it, to the bit. Every addition, product,
 * difference and quotient below is one that IEEE 754 rounds by itself: nothing is fused, relaxed or reordered.
 *
 * Memory belongs to the caller. A matrix is n rows that begin `stride` bytes after one another. `bytes` is what is worked on in each
 * float32 row, a multiple of 256 (64 elements); what lies behind a block's last element up to there has to be 0. float64 rows hold as
 * many elements in twice the bytes.
 *
 * Those that finish write float32(base + merged), -0 made 0, and return 0, or NaN where some value of the result is not finite: 0 times a
 * finite value is 0, 0 times anything else NaN.
 */
export { combine, combined32 } from "./combined";
export { distances, norms } from "./distances";
export { probe32 } from "./element";
export { sorted32, sorted64 } from "./sorted";
