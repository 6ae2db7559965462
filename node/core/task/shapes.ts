// Types only: whoever computes shapes need not load the schema library.
import type { Layer } from "./layers.ts";

/** A tensor of one layer, before the layer's own prefix is put before its name. */
export interface LayerTensor {
  name: "kernel" | "bias" | "gamma" | "beta" | "movingMean" | "movingVariance";
  shape: number[];
}

/** What a layer makes of one input, the batch dimension left out. */
export interface LayerShape {
  input: number[];
  output: number[];
  tensors: LayerTensor[];
}

type Step = { output: number[]; tensors?: LayerTensor[] } | { wrong: string };

/**
 * Shapes through a model, layer by layer.
 * @param input shape of one row: [features] or [height, width, channels]
 * @returns one entry per layer, or the index of the first layer that cannot take what the one before gives, and why
 */
export function layerShapes(
  layers: readonly Layer[],
  input: readonly number[],
): LayerShape[] | { index: number; wrong: string } {
  const shapes: LayerShape[] = [];
  let current = [...input];
  for (const [index, layer] of layers.entries()) {
    const step = stepOf(layer, current);
    if ("wrong" in step) return { index, wrong: step.wrong };
    shapes.push({ input: current, output: step.output, tensors: step.tensors ?? [] });
    current = step.output;
  }
  return shapes;
}

function stepOf(layer: Layer, input: number[]): Step {
  const last = input.at(-1) ?? 1;
  switch (layer.type) {
    case "dense":
      if (input.length !== 1)
        return { wrong: `dense takes flat input, but gets [${input}]: put a flatten layer before it` };
      return { output: [layer.units], tensors: kernelAndBias([last, layer.units], layer.units, layer.useBias) };
    case "conv2d": {
      const [height, width] = bothSides(layer.kernelSize);
      const window = slide(input, [height, width], bothSides(layer.strides), layer.padding);
      if ("wrong" in window) return window;
      const tensors = kernelAndBias([height, width, last, layer.filters], layer.filters, layer.useBias);
      return { output: [...window.output, layer.filters], tensors };
    }
    case "maxPooling2d":
    case "averagePooling2d": {
      const padding = layer.type === "maxPooling2d" ? layer.padding : "valid";
      const window = slide(input, bothSides(layer.poolSize), bothSides(layer.strides ?? layer.poolSize), padding);
      return "wrong" in window ? window : { output: [...window.output, last] };
    }
    case "globalAveragePooling2d":
      return input.length === 3 ? { output: [last] } : { wrong: notAnImage(input) };
    case "flatten":
      return { output: [input.reduce((product, size) => product * size, 1)] };
    case "layerNormalization":
      return { output: input, tensors: vectors(["gamma", "beta"], last) };
    case "batchNormalization":
      return { output: input, tensors: vectors(["gamma", "beta", "movingMean", "movingVariance"], last) };
    case "activation":
    case "dropout":
      return { output: input };
  }
}

function kernelAndBias(shape: number[], units: number, useBias: boolean): LayerTensor[] {
  const kernel: LayerTensor = { name: "kernel", shape };
  return useBias ? [kernel, { name: "bias", shape: [units] }] : [kernel];
}

function vectors(names: LayerTensor["name"][], size: number): LayerTensor[] {
  return names.map((name) => ({ name, shape: [size] }));
}

function notAnImage(input: number[]): string {
  return `needs [height, width, channels], but gets [${input}]: set data.inputShape, or move this layer before flatten`;
}

function slide(input: number[], size: [number, number], strides: [number, number], padding: "valid" | "same"): Step {
  const [height, width] = input;
  if (input.length !== 3 || height === undefined || width === undefined) return { wrong: notAnImage(input) };
  const length = (from: number, window: number, stride: number) =>
    padding === "same" ? Math.ceil(from / stride) : Math.floor((from - window) / stride) + 1;
  const output = [length(height, size[0], strides[0]), length(width, size[1], strides[1])];
  if (output.some((side) => side < 1)) return { wrong: `a window of [${size}] does not fit into [${height},${width}]` };
  return { output };
}

/** Both sides of a window that may have been given as one number. */
export function bothSides(value: number | [number, number]): [number, number] {
  return typeof value === "number" ? [value, value] : value;
}
