import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { type Arithmetic, arithmetic } from "./arithmetic.ts";
import { dispose, kernel, replaceKernel } from "./call.ts";
import { type Conv2DInfo, type ConvAttributes, convInfo, geometryOf, isItsPatches, patchesShape } from "./geometry.ts";
import { matrix, multiply, turned } from "./matMul.ts";

/** Bytes of patches that are worked on at a time, if more than one image's: they stay in the processor's cache, and a large batch takes no more memory. */
const PATCHES_BYTES = 512 * 1024;

let installed = false;

/**
 * Convolutions and their gradients as matrix products, over the input's patches [positions, window]. Forward: patches times filter. By
 * the filter, which the engine (4.22) lacks: transpose(patches) times dy. By the input, which is a plain loop there: dy times
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
    const out = context.make(info.outShape);
    inGroups(context, info, context.at(x), (images) => {
      gather(context, info, images);
      const right = matrix(context.at(filter), images.window, info.outChannels);
      multiply(context, images.patches, right, context.at(out) + 4 * images.positionsBefore * info.outChannels);
    });
    return out;
  };

  const byFilter: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape, ...geometry } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const info = convInfo(x.shape, filterShape, geometry);
    const context = arithmetic(backend);
    const filter = context.make(filterShape);
    inGroups(context, info, context.at(x), (images) => {
      gather(context, info, images);
      const from = context.at(dy) + 4 * images.positionsBefore * info.outChannels;
      const right = matrix(from, images.patches.rows, info.outChannels);
      multiply(context, turned(images.patches), right, context.at(filter), images.positionsBefore > 0);
    });
    return filter;
  };

  const byInput: KernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { inputShape, ...geometry } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const info = convInfo(inputShape, filter.shape, geometry);
    const context = arithmetic(backend);
    const dx = isItsPatches(info) ? context.make(inputShape) : context.zeros(inputShape);
    inGroups(context, info, context.at(dx), (images) => {
      const from = context.at(dy) + 4 * images.positionsBefore * info.outChannels;
      const left = matrix(from, images.patches.rows, info.outChannels);
      const right = turned(matrix(context.at(filter), images.window, info.outChannels));
      multiply(context, left, right, images.patches.at);
      if (images.patches.at !== images.at)
        context.kernels.scatter(images.patches.at, images.at, context.place(geometryOf(info, images.count)));
    });
    return dx;
  };

  replaceKernel("Conv2D", forward);
  replaceKernel("Conv2DBackpropFilter", byFilter);
  replaceKernel("Conv2DBackpropInput", byInput);
}

/** Some images of a batch. */
interface Images {
  /** Where the first one begins. */
  at: number;
  count: number;
  /** Output positions of all images before. */
  positionsBefore: number;
  /** Values that a window covers. */
  window: number;
  /** Their patches, which are the images themselves where windows have one value. */
  patches: ReturnType<typeof matrix>;
}

/** Goes through a batch, as many images at a time as have few enough patches. @param at where the batch begins */
function inGroups(context: Arithmetic, info: Conv2DInfo, at: number, work: (images: Images) => void): void {
  const [positions, window] = patchesShape(info);
  const size = info.inHeight * info.inWidth * info.inChannels;
  const whole = isItsPatches(info);
  const most = whole ? info.batchSize : Math.max(1, Math.floor(PATCHES_BYTES / (4 * positions * window)));
  const group = Math.min(most, info.batchSize);
  const patches = whole ? undefined : context.make([group * positions, window]);
  for (let first = 0; first < info.batchSize; first += group) {
    const count = Math.min(group, info.batchSize - first);
    const begin = at + 4 * first * size;
    const place = patches === undefined ? begin : context.at(patches);
    const rows = matrix(place, count * positions, window);
    work({ at: begin, count, positionsBefore: first * positions, window, patches: rows });
  }
  if (patches !== undefined) dispose(context.memory, patches);
}

function gather(context: Arithmetic, info: Conv2DInfo, { at, count, patches }: Images): void {
  if (patches.at === at) return;
  context.kernels.gather(at, patches.at, context.place(geometryOf(info, count)));
}
