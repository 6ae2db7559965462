import type { Bytes32 } from "./primitives.ts";

/** One tensor of a model: float32, row-major. `shape` may be empty for a scalar. */
export interface TensorSpec {
  name: string;
  shape: readonly number[];
}

/**
 * All tensors of a model or of an update, in one array.
 * @property specs sorted by name in UTF-8 byte order, names unique
 * @property values the tensors' elements one after another in the order of `specs`
 */
export interface Weights {
  readonly specs: readonly TensorSpec[];
  readonly values: Float32Array;
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
