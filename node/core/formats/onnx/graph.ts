import { toLittleEndian } from "../littleEndian.ts";
import { bytes, float, int, joined, message, type Message, packedInts, text } from "./protobuf.ts";

/** Messages of ONNX (onnx/onnx.proto3 of ONNX 1.16), with the numbers of their fields; only what a model of ours takes. */

/** ONNX' numbers for float32 and int64. */
const FLOAT = 1;
export const INT64 = 7;
/** Kinds of attributes. */
const A_FLOAT = 1;
const A_INT = 2;
const A_INTS = 7;

/** Format of the file, and of the operators: the first that has LayerNormalization. */
const IR_VERSION = 8;
export const OPSET = 17;

/** An operator's parameters; `{ float: x }` where a whole number would be taken for an int. */
export type Attributes = Readonly<Record<string, number | readonly number[] | { float: number }>>;

/** A graph in the making: operators in their order, and the values that they need. */
export interface GraphBuilder {
  /** Adds an operator. @param at which of its outputs is used; the ones before are left unnamed @returns that output's name */
  node(operator: string, inputs: readonly string[], attributes?: Attributes, at?: number): string;
  /** Adds a constant. @returns its name */
  constant(name: string, shape: readonly number[], values: Float32Array): string;
  /** Adds a constant list of whole numbers, as operators take axes. @returns its name */
  whole(name: string, values: readonly number[]): string;
  /**
   * @param input @param output shapes of one row; the number of rows is left open
   * @param result the name of the last operator's output
   */
  finish(graph: {
    name: string;
    input: readonly number[];
    output: readonly number[];
    result: string;
    metadata: Readonly<Record<string, unknown>>;
  }): Uint8Array<ArrayBuffer>;
}

export const INPUT = "rows";
const OUTPUT = "outputs";

export function createGraph(): GraphBuilder {
  const nodes: Message[] = [];
  const constants: Message[] = [];
  return {
    node(operator, inputs, attributes = {}, at = 0) {
      const output = `${operator}_${nodes.length}`;
      nodes.push([
        ...inputs.flatMap((name) => text(1, name)),
        ...Array.from({ length: at }, () => text(2, "")).flat(),
        ...text(2, output),
        ...text(3, output),
        ...text(4, operator),
        ...Object.entries(attributes).flatMap(([name, value]) => message(5, attribute(name, value))),
      ]);
      return output;
    },
    constant(name, shape, values) {
      constants.push([
        ...packedInts(1, shape),
        ...int(2, FLOAT),
        ...text(8, name),
        ...bytes(9, toLittleEndian(values)),
      ]);
      return name;
    },
    whole(name, values) {
      constants.push([...packedInts(1, [values.length]), ...int(2, INT64), ...packedInts(7, values), ...text(8, name)]);
      return name;
    },
    finish({ name, input, output, result, metadata }) {
      // An own node for the output gives it a name that users can rely on.
      nodes.push([...text(1, result), ...text(2, OUTPUT), ...text(3, OUTPUT), ...text(4, "Identity")]);
      const graph = [
        ...nodes.flatMap((node) => message(1, node)),
        ...text(2, name),
        ...constants.flatMap((tensor) => message(5, tensor)),
        ...message(11, valueInfo(INPUT, input)),
        ...message(12, valueInfo(OUTPUT, output)),
      ];
      const properties = Object.entries(metadata).flatMap(([key, value]) =>
        message(14, [...text(1, key), ...text(2, typeof value === "string" ? value : JSON.stringify(value))]),
      );
      return joined([
        ...int(1, IR_VERSION),
        ...text(2, "swarm model export"),
        ...message(7, graph),
        ...message(8, int(2, OPSET)),
        ...properties,
      ]);
    },
  };
}

function attribute(name: string, value: Attributes[string]): Message {
  if (typeof value === "number") return [...text(1, name), ...int(3, value), ...int(20, A_INT)];
  if ("float" in value) return [...text(1, name), ...float(2, value.float), ...int(20, A_FLOAT)];
  return [...text(1, name), ...packedInts(8, value), ...int(20, A_INTS)];
}

function valueInfo(name: string, shape: readonly number[]): Message {
  const dimensions = [message(1, text(2, "batch")), ...shape.map((size) => message(1, int(1, size)))].flat();
  const tensor = [...int(1, FLOAT), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}
