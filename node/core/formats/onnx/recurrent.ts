import type { Layer } from "../../task/layers.ts";
import type { ExportedLayer } from "../exported.ts";
import type { GraphBuilder } from "./graph.ts";

type Recurrent = Extract<Layer, { type: "lstm" | "gru" }>;

/** Where ONNX has the task's gates: input, output, forget, cell of (input, forget, cell, output); update, reset, candidate as they are. */
const GATES = { lstm: [0, 3, 1, 2], gru: [0, 1, 2] } as const;

/**
 * A recurrent layer: ONNX has steps first, gates one below the other instead of side by side, and biases of both products.
 * @param x name of [rows, steps, features] @returns name of [rows, units], or [rows, steps, units] of a layer that returns sequences
 */
export function applyOnnxRecurrent(graph: GraphBuilder, exported: ExportedLayer, layer: Recurrent, x: string): string {
  const { name } = exported;
  const { units, type } = layer;
  const order = GATES[type];
  const turned = (tensor: "kernel" | "recurrentKernel" | "bias"): Float32Array | undefined => {
    const found = exported.tensors.find((each) => each.name === tensor);
    return found && gatesBelow(found.values, order, units);
  };
  const kernel = turned("kernel") as Float32Array;
  const recurrent = turned("recurrentKernel") as Float32Array;
  const rows = order.length * units;
  const inputs = [
    graph.node("Transpose", [x], { perm: [1, 0, 2] }),
    graph.constant(`${name}.kernel`, [1, rows, kernel.length / rows], kernel),
    graph.constant(`${name}.recurrentKernel`, [1, rows, units], recurrent),
  ];
  const bias = turned("bias");
  if (bias !== undefined) {
    const both = new Float32Array(2 * rows);
    both.set(bias);
    inputs.push(graph.constant(`${name}.bias`, [1, 2 * rows], both));
  }
  const operator = type === "lstm" ? "LSTM" : "GRU";
  // The second output is the last step's alone.
  const outputs = graph.node(operator, inputs, { hidden_size: units }, layer.returnSequences ? 0 : 1);
  // Both have an axis for directions, of which there is one.
  const direction = graph.whole(`${name}.direction`, [layer.returnSequences ? 1 : 0]);
  const squeezed = graph.node("Squeeze", [outputs, direction]);
  return layer.returnSequences ? graph.node("Transpose", [squeezed], { perm: [1, 0, 2] }) : squeezed;
}

/** [inputs, gates * units] (a bias: one input) to [gates * units, inputs], gates in another order. */
function gatesBelow(values: Float32Array, order: readonly number[], units: number): Float32Array {
  const width = order.length * units;
  const inputs = values.length / width;
  const turned = new Float32Array(values.length);
  for (const [to, from] of order.entries())
    for (let unit = 0; unit < units; unit++)
      for (let input = 0; input < inputs; input++)
        turned[(to * units + unit) * inputs + input] = values[input * width + from * units + unit] as number;
  return turned;
}
