// Types only: whoever computes shapes need not load the schema library.
import type { Layer } from "./layers.ts";

/** A tensor of one layer, before the layer's own prefix is put before its name. */
export interface LayerTensor {
  name:
    | "kernel"
    | "depthwiseKernel"
    | "recurrentKernel"
    | "embeddings"
    | "bias"
    | "gamma"
    | "beta"
    | "movingMean"
    | "movingVariance";
  shape: number[];
}

/** What a layer makes of one input, the batch dimension left out. */
export interface LayerShape {
  input: number[];
  output: number[];
  tensors: LayerTensor[];
}

/** Most steps of a recurrent layer: what training keeps of each one takes memory. */
const MOST_STEPS = 512;

type Step = { output: number[]; tensors?: LayerTensor[] } | { wrong: string };

/**
 * Shapes through a model, layer by layer.
 * @param input shape of one row: [features], [steps, features] or [height, width, channels]
 * @returns one entry per layer, or the index of the first layer that cannot take what the one before gives, and why
 */
export function layerShapes(
  layers: readonly Layer[],
  input: readonly number[],
): LayerShape[] | { index: number; wrong: string } {
  const shapes: LayerShape[] = [];
  let current = [...input];
  for (const [index, layer] of layers.entries()) {
    const step = layer.type === "embedding" && index > 0 ? { wrong: notFirst } : stepOf(layer, current);
    if ("wrong" in step) return { index, wrong: step.wrong };
    shapes.push({ input: current, output: step.output, tensors: step.tensors ?? [] });
    current = step.output;
  }
  return shapes;
}

const notFirst = "takes the file's whole numbers, so that it has to be the first layer: move it there";

/** Kernels of one recurrent layer, all gates side by side. */
const GATES = { lstm: 4, gru: 3 } as const;

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
    case "depthwiseConv2d": {
      const [height, width] = bothSides(layer.kernelSize);
      const window = slide(input, [height, width], bothSides(layer.strides), layer.padding);
      if ("wrong" in window) return window;
      const outputs = last * layer.depthMultiplier;
      const kernel: LayerTensor = { name: "depthwiseKernel", shape: [height, width, last, layer.depthMultiplier] };
      return { output: [...window.output, outputs], tensors: withBias([kernel], outputs, layer.useBias) };
    }
    case "maxPooling2d":
    case "averagePooling2d": {
      const padding = layer.type === "maxPooling2d" ? layer.padding : "valid";
      const window = slide(input, bothSides(layer.poolSize), bothSides(layer.strides ?? layer.poolSize), padding);
      return "wrong" in window ? window : { output: [...window.output, last] };
    }
    case "globalAveragePooling2d":
      return input.length === 3 ? { output: [last] } : { wrong: notAnImage(input) };
    case "globalAveragePooling1d":
      return input.length === 2 ? { output: [last] } : { wrong: notASequence(input) };
    case "embedding":
      if (input.length !== 1)
        return { wrong: `takes one whole number per column, but gets [${input}]: leave data.inputShape away` };
      return {
        output: [last, layer.outputDim],
        tensors: [{ name: "embeddings", shape: [layer.inputDim, layer.outputDim] }],
      };
    case "lstm":
    case "gru": {
      const [steps = 1] = input;
      if (input.length !== 2) return { wrong: notASequence(input) };
      if (steps > MOST_STEPS) return { wrong: `takes ${MOST_STEPS} steps at the most, but gets ${steps}` };
      const width = GATES[layer.type] * layer.units;
      const kernels: LayerTensor[] = [
        { name: "kernel", shape: [last, width] },
        { name: "recurrentKernel", shape: [layer.units, width] },
      ];
      return {
        output: layer.returnSequences ? [steps, layer.units] : [layer.units],
        tensors: withBias(kernels, width, layer.useBias),
      };
    }
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
  return withBias([{ name: "kernel", shape }], units, useBias);
}

function withBias(kernels: LayerTensor[], units: number, useBias: boolean): LayerTensor[] {
  return useBias ? [...kernels, { name: "bias", shape: [units] }] : kernels;
}

function vectors(names: LayerTensor["name"][], size: number): LayerTensor[] {
  return names.map((name) => ({ name, shape: [size] }));
}

function notASequence(input: number[]): string {
  return `needs [steps, features], but gets [${input}]: set data.inputShape, or put an embedding or a layer with returnSequences before it`;
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
