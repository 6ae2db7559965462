import type { Activation } from "../../task/layers.ts";
import { bothSides } from "../../task/shapes.ts";
import { unsupported } from "../kerasLayer.ts";
import type { ExportedLayer } from "../exported.ts";
import { type Attributes, type GraphBuilder, INT64 } from "./graph.ts";
import { applyOnnxRecurrent } from "./recurrent.ts";

/** A value between layers. ONNX convolves with channels first, the task's shapes have them last: it is turned only where it has to be. */
export interface Flow {
  value: string;
  channelsFirst: boolean;
}

export const toChannelsLast = (graph: GraphBuilder, { value, channelsFirst }: Flow): Flow =>
  channelsFirst
    ? { value: graph.node("Transpose", [value], { perm: [0, 2, 3, 1] }), channelsFirst: false }
    : { value, channelsFirst };

const toChannelsFirst = (graph: GraphBuilder, { value, channelsFirst }: Flow): string =>
  channelsFirst ? value : graph.node("Transpose", [value], { perm: [0, 3, 1, 2] });

/** @throws SwarmError EXPORT_LAYER for a kind that this format is not written for */
export function applyOnnxLayer(graph: GraphBuilder, exported: ExportedLayer, flow: Flow): Flow {
  const { layer, name, tensors, input } = exported;
  const constant = (tensor: string): string[] =>
    tensors.flatMap(({ name: own, shape, values }) =>
      own === tensor ? [graph.constant(`${name}.${own}`, shape, values)] : [],
    );
  const last = (): string => toChannelsLast(graph, flow).value;
  switch (layer.type) {
    case "dense": {
      const value = graph.node("Gemm", [last(), ...constant("kernel"), ...constant("bias")]);
      return { value: activated(graph, value, layer.activation), channelsFirst: false };
    }
    case "conv2d": {
      const kernel = turnedKernel(graph, exported);
      const strides = bothSides(layer.strides);
      const attributes = {
        ...window(exported, bothSides(layer.kernelSize), strides, layer.padding),
        dilations: [1, 1],
      };
      const value = graph.node("Conv", [toChannelsFirst(graph, flow), kernel, ...constant("bias")], attributes);
      return { value: activated(graph, value, layer.activation), channelsFirst: true };
    }
    case "depthwiseConv2d": {
      const [, , inputs = 1] = tensors.find((tensor) => tensor.name === "depthwiseKernel")?.shape ?? [];
      const size = window(exported, bothSides(layer.kernelSize), bothSides(layer.strides), layer.padding);
      const attributes = { ...size, dilations: [1, 1], group: inputs };
      const given = [toChannelsFirst(graph, flow), turnedKernel(graph, exported), ...constant("bias")];
      const value = graph.node("Conv", given, attributes);
      return { value: activated(graph, value, layer.activation), channelsFirst: true };
    }
    case "embedding": {
      const places = graph.node("Cast", [last()], { to: INT64 });
      return { value: graph.node("Gather", [...constant("embeddings"), places], { axis: 0 }), channelsFirst: false };
    }
    case "lstm":
    case "gru":
      return { value: applyOnnxRecurrent(graph, exported, layer, flow.value), channelsFirst: false };
    case "globalAveragePooling1d":
      return { value: graph.node("ReduceMean", [flow.value], { axes: [1], keepdims: 0 }), channelsFirst: false };
    case "maxPooling2d":
    case "averagePooling2d": {
      const size = bothSides(layer.poolSize);
      const padding = layer.type === "maxPooling2d" ? layer.padding : "valid";
      const attributes = window(exported, size, bothSides(layer.strides ?? layer.poolSize), padding);
      const operator = layer.type === "maxPooling2d" ? "MaxPool" : "AveragePool";
      return { value: graph.node(operator, [toChannelsFirst(graph, flow)], attributes), channelsFirst: true };
    }
    case "globalAveragePooling2d": {
      const pooled = graph.node("GlobalAveragePool", [toChannelsFirst(graph, flow)]);
      return { value: graph.node("Flatten", [pooled], { axis: 1 }), channelsFirst: false };
    }
    case "flatten":
      return { value: graph.node("Flatten", [last()], { axis: 1 }), channelsFirst: false };
    case "activation":
      return { ...flow, value: activated(graph, flow.value, layer.activation) };
    case "dropout":
      return flow;
    case "layerNormalization": {
      const attributes = { axis: -1, epsilon: { float: layer.epsilon } };
      const value = graph.node("LayerNormalization", [last(), ...constant("gamma"), ...constant("beta")], attributes);
      return { value, channelsFirst: false };
    }
    case "batchNormalization": {
      const statistics = ["gamma", "beta", "movingMean", "movingVariance"].flatMap(constant);
      const attributes = { epsilon: { float: layer.epsilon } };
      const apply = (from: string): string => graph.node("BatchNormalization", [from, ...statistics], attributes);
      if (input.length === 3) return { value: apply(toChannelsFirst(graph, flow)), channelsFirst: true };
      // ONNX takes channels for the second axis: of sequences, too.
      const turned = (value: string): string =>
        input.length === 2 ? graph.node("Transpose", [value], { perm: [0, 2, 1] }) : value;
      return { value: turned(apply(turned(flow.value))), channelsFirst: false };
    }
    default:
      throw unsupported(layer, "ONNX");
  }
}

function activated(graph: GraphBuilder, value: string, activation: Activation): string {
  switch (activation) {
    case "linear":
      return value;
    case "relu6": {
      const bound = (at: number): string => graph.constant(`${value}.${at}`, [], Float32Array.of(at));
      return graph.node("Clip", [value, bound(0), bound(6)]);
    }
    case "swish":
      return graph.node("Mul", [value, graph.node("Sigmoid", [value])]);
    case "relu":
      return graph.node("Relu", [value]);
    case "elu":
      return graph.node("Elu", [value]);
    case "selu":
      return graph.node("Selu", [value]);
    case "sigmoid":
      return graph.node("Sigmoid", [value]);
    case "tanh":
      return graph.node("Tanh", [value]);
    case "softplus":
      return graph.node("Softplus", [value]);
    default:
      throw unsupported({ type: `activation ${String(activation)}` }, "ONNX");
  }
}

/** Padding as numbers: TensorFlow's "same" puts what is odd behind. */
function window(
  { input, output }: ExportedLayer,
  size: [number, number],
  strides: [number, number],
  padding: "valid" | "same",
): Attributes {
  const around = [0, 1].map((axis) => {
    const covered = ((output[axis] ?? 1) - 1) * (strides[axis] ?? 1) + (size[axis] ?? 1);
    return padding === "same" ? Math.max(0, covered - (input[axis] ?? 0)) : 0;
  });
  const before = around.map((total) => Math.floor(total / 2));
  const behind = around.map((total, axis) => total - (before[axis] ?? 0));
  return { kernel_shape: size, strides, pads: [...before, ...behind] };
}

/** [height, width, inputs, outputs] to [outputs, inputs, height, width]; of depthwise ones [height, width, inputs, each] to [inputs * each, 1, height, width]. */
function turnedKernel(graph: GraphBuilder, { name, layer, tensors }: ExportedLayer): string {
  const depthwise = layer.type === "depthwiseConv2d";
  const kind = depthwise ? "depthwiseKernel" : "kernel";
  const { shape, values } = tensors.find((tensor) => tensor.name === kind) as ExportedLayer["tensors"][number];
  const [height = 1, width = 1, inputs = 1, outputs = 1] = shape;
  const turned = new Float32Array(values.length);
  const area = height * width;
  for (let at = 0; at < area; at++)
    for (let from = 0; from < inputs; from++)
      for (let to = 0; to < outputs; to++) {
        const plane = depthwise ? from * outputs + to : to * inputs + from;
        turned[plane * area + at] = values[(at * inputs + from) * outputs + to] as number;
      }
  const planes = depthwise ? [inputs * outputs, 1] : [outputs, inputs];
  return graph.constant(`${name}.${kind}`, [...planes, height, width], turned);
}
