import type { Bytes32 } from "./primitives.ts";

/** One tensor of a model: float32, row-major. `shape` may be empty for a scalar. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
}

/**
 * Tensors in one array, whatever they are.
 * @property specs sorted by name in UTF-8 byte order, names unique
 * @property values the tensors' elements one after another in the order of `specs`
 */
export interface Tensors {
  readonly specs: readonly TensorSpec[];
  readonly values: Float32Array;
}

/** Exists for the compiler only: keeps a whole model from being taken for the weights in it. */
declare const whole: unique symbol;

/** What is trained, evaluated and shared: a model's weights, or the difference of two. */
export interface Weights extends Tensors {
  readonly [whole]?: never;
}

/** All that a model's file holds: its weights, and behind them, in a task whose merge has an optimizer, that one's state. `weightsOf` takes the weights out. */
export interface Model extends Tensors {
  readonly [whole]: true;
}

/** What an update's file says about itself (R2); `salt` is 16 bytes or more in hex. */
export interface UpdateHeader {
  version: number;
  genesis: Bytes32;
  ledger: string;
  task: Bytes32;
  round: number;
  node: string;
  base: Bytes32;
  encoding: "f32";
  salt: string;
}
