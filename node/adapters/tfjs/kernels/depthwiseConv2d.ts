import type { KernelFunc, TensorInfo } from "@tensorflow/tfjs-core";
import { arithmetic } from "./arithmetic.ts";
import { replaceKernel } from "./call.ts";
import { type ConvAttributes, convInfo, geometryOf } from "./geometry.ts";

/**
 * Depthwise convolutions and their gradients. The engine (4.22) has no gradients, and its outputs are wrong for some windows: all 0 with a
 * window of 2 x 1, stride 2 and padding.
 */
export function installDepthwiseConv2d(): void {
  const forward: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, filter } = inputs as { x: TensorInfo; filter: TensorInfo };
    const info = convInfo(x.shape, filter.shape, attrs as unknown as ConvAttributes, true);
    const context = arithmetic(backend);
    const out = context.zeros(info.outShape);
    const { kernels, at, place } = context;
    kernels.depthwise(at(x), at(out), at(filter), place(geometryOf(info)));
    return out;
  };

  const byFilter: KernelFunc = ({ inputs, backend, attrs }) => {
    const { x, dy } = inputs as { x: TensorInfo; dy: TensorInfo };
    const { filterShape, ...geometry } = attrs as unknown as ConvAttributes & { filterShape: number[] };
    const info = convInfo(x.shape, filterShape, geometry, true);
    const context = arithmetic(backend);
    const filter = context.zeros(filterShape);
    const { kernels, at, place } = context;
    kernels.depthwiseByFilter(at(x), at(dy), at(filter), place(geometryOf(info)));
    return filter;
  };

  const byInput: KernelFunc = ({ inputs, backend, attrs }) => {
    const { dy, filter } = inputs as { dy: TensorInfo; filter: TensorInfo };
    const { inputShape, ...geometry } = attrs as unknown as ConvAttributes & { inputShape: number[] };
    const info = convInfo(inputShape, filter.shape, geometry, true);
    const context = arithmetic(backend);
    const dx = context.zeros(inputShape);
    const { kernels, at, place } = context;
    kernels.depthwiseByInput(at(dx), at(dy), at(filter), place(geometryOf(info)));
    return dx;
  };

  replaceKernel("DepthwiseConv2dNative", forward);
  replaceKernel("DepthwiseConv2dNativeBackpropFilter", byFilter);
  replaceKernel("DepthwiseConv2dNativeBackpropInput", byInput);
}
