import { type ExportInput, exportedModel, type ExportedLayer } from "../exported.ts";
import { createGraph, type GraphBuilder, INPUT } from "./graph.ts";
import { applyOnnxLayer, type Flow, toChannelsLast } from "./layers.ts";
import type { Normalization } from "../normalization.ts";

/**
 * A model as an ONNX file: float32 rows [batch, ...] in the task's own order (images with channels last), under the name `rows`, to
 * `outputs` [batch, classes] (or 1).
 * @throws SwarmError TASK_NO_LAYERS, EXPORT_LAYER, WEIGHTS_DIFFER
 */
export function encodeOnnx(given: ExportInput): Uint8Array<ArrayBuffer> {
  const { input, normalization, layers, final, metadata } = exportedModel(given);
  const graph = createGraph();
  const start = normalization === undefined ? INPUT : normalized(graph, normalization);
  let flow: Flow = { value: start, channelsFirst: false };
  for (const layer of layers) flow = applyOnnxLayer(graph, layer, flow);
  const logits = toChannelsLast(graph, flow).value;
  const result = final === undefined ? logits : probabilities(graph, logits, final);
  const output = (layers.at(-1) as ExportedLayer).output;
  return graph.finish({ name: given.document.name, input, output, result, metadata });
}

function normalized(graph: GraphBuilder, { shape, mean, std }: Normalization): string {
  const centred = graph.node("Sub", [INPUT, graph.constant("normalize.mean", shape, mean)]);
  return graph.node("Div", [centred, graph.constant("normalize.std", shape, std)]);
}

function probabilities(graph: GraphBuilder, logits: string, final: "softmax" | "sigmoid"): string {
  return final === "sigmoid" ? graph.node("Sigmoid", [logits]) : graph.node("Softmax", [logits], { axis: -1 });
}
