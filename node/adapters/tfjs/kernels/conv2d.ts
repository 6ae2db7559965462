import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import { dispose, kernel, replaceKernel } from "./call.ts";
import { type Conv2DInfo, type ConvAttributes, convInfo, geometryOf, isItsPatches, patchesShape } from "./geometry.ts";
import { matrix, multiply, turned } from "./matMul.ts";

let installed = false;

/**
 * Convolutions and their gradients as one matrix product each, over the input's patches [positions, window]. Forward: patches times
 * filter. By the filter, which the engine (4.22) lacks: transpose(patches) times dy. By the input, which is a plain loop there: dy times
 * transpose(filter) gives the patches' gradients, which are added back to where the patches came from.
 */
export function installConv2d(): void {
  if (installed) return;
  installed = true;
  const plain = kernel("Conv2D");

  const forward: KernelFunc = (args) => {
    const { x, filter } = args.inputs as { x: TensorInfo; filter: TensorInfo };
    const info = convInfo(x.shape, filter.shape, args.attrs as unknown as ConvAttributes);
    if (info.dilationHeight !== 1 || info.dilationWidth !== 1) return plain(args);
    const context = arithmetic(args.backend);
    const [positions, window] = patchesShape(info);
    const out = context.make(info.outShape);
    const patches = patchesOf(context, x, info);
    const [left, right] = [
      matrix(context.at(patches), positions, window),
      matrix(context.at(filter), window, info.outChannels),
    ];
    multiply(context, left, right, context.at(out));
    if (patches !== x) dispose(args.backend, patches);
    return out;
  };

  const byFilter: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape, ...geometry } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const info = convInfo(x.shape, filterShape, geometry);
    const context = arithmetic(backend);
    const [positions, window] = patchesShape(info);
    const filter = context.make(filterShape);
    const patches = patchesOf(context, x, info);
    const left = turned(matrix(context.at(patches), positions, window));
    multiply(context, left, matrix(context.at(dy), positions, info.outChannels), context.at(filter));
    if (patches !== x) dispose(backend, patches);
    return filter;
  };

  const byInput: KernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { inputShape, ...geometry } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const info = convInfo(inputShape, filter.shape, geometry);
    const context = arithmetic(backend);
    const [positions, window] = patchesShape(info);
    const whole = isItsPatches(info);
    const dx = whole ? context.make(inputShape) : context.zeros(inputShape);
    const patches = whole ? dx : context.make([positions, window]);
    const left = matrix(context.at(dy), positions, info.outChannels);
    multiply(context, left, turned(matrix(context.at(filter), window, info.outChannels)), context.at(patches));
    if (whole) return dx;
    context.kernels.scatter(context.at(patches), context.at(dx), context.place(geometryOf(info)));
    dispose(backend, patches);
    return dx;
  };

  replaceKernel("Conv2D", forward);
  replaceKernel("Conv2DBackpropFilter", byFilter);
  replaceKernel("Conv2DBackpropInput", byInput);
}

/** The matrix of patches: a new tensor, or the image itself. */
function patchesOf(context: Arithmetic, image: TensorInfo, info: Conv2DInfo): TensorInfo {
  if (isItsPatches(info)) return image;
  const patches = context.make(patchesShape(info));
  context.kernels.gather(context.at(image), context.at(patches), context.place(geometryOf(info)));
  return patches;
}
