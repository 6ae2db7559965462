import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { dispose, kernel, replaceKernel, run, type WasmBackend } from "./call.ts";
import { type ConvAttributes, convInfo, gatherPatches, patchesShape, scatterPatches } from "./patches.ts";

/**
 * Gradients of a convolution as one matrix product each, over the input's patches [positions, window]. By the filter: the WebAssembly
 * engine has none; transpose(dy) times patches, of which only the small result is turned again. By the input: the engine's is a plain
 * loop; dy times transpose(filter) gives the patches' gradients, which are added back to where the patches came from.
 */
export function installConv2dGradients(): void {
  const matMul = kernel("BatchMatMul");
  const transpose = kernel("Transpose");
  const reshape = kernel("Reshape");

  const byFilter: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape, ...geometry } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const info = convInfo(x.shape, filterShape, geometry);
    const [positions, window] = patchesShape(info);
    const memory = backend as WasmBackend;
    const patches = memory.makeOutput([positions, window], "float32");
    gatherPatches(memory.typedArrayFromHeap(x), memory.typedArrayFromHeap(patches), info);
    const flat = run(reshape, { x: dy }, backend, { shape: [positions, info.outChannels] });
    const turned = run(transpose, { x: flat }, backend, { perm: [1, 0] });
    const product = run(matMul, { a: turned, b: patches }, backend, { transposeA: false, transposeB: false });
    const filter = run(transpose, { x: product }, backend, { perm: [1, 0] });
    const shaped = run(reshape, { x: filter }, backend, { shape: filterShape });
    dispose(backend, patches, flat, turned, product, filter);
    return shaped;
  };

  const byInput: KernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { inputShape, ...geometry } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const info = convInfo(inputShape, filter.shape, geometry);
    const [positions, window] = patchesShape(info);
    const flat = run(reshape, { x: dy }, backend, { shape: [positions, info.outChannels] });
    const matrix = run(reshape, { x: filter }, backend, { shape: [window, info.outChannels] });
    const turned = run(transpose, { x: matrix }, backend, { perm: [1, 0] });
    const patches = run(matMul, { a: flat, b: turned }, backend, { transposeA: false, transposeB: false });
    const memory = backend as WasmBackend;
    const dx = memory.makeOutput(inputShape, "float32");
    scatterPatches(memory.typedArrayFromHeap(patches), memory.typedArrayFromHeap(dx), info);
    dispose(backend, flat, matrix, turned, patches);
    return dx;
  };

  replaceKernel("Conv2DBackpropFilter", byFilter);
  replaceKernel("Conv2DBackpropInput", byInput);
}
