/** Rows, with their labels where these were asked for. */
export interface Dataset {
  /** [rows, width], row-major, normalized; NaN where a value is missing and a mean is to stand in. */
  features: Float32Array;
  /** Class index of each row; empty where rows are read without labels. */
  labels: Int32Array;
  rows: number;
  /** Values per row. */
  width: number;
  /** Each row's cell in the column that was asked for to tell rows by; absent where none was. */
  ids?: string[];
}

/** Most values of a clinic's data that are read: 1 GiB as float32. */
export const MAX_VALUES = 268_435_456;

export interface ReadOptions {
  signal?: AbortSignal;
  /** In place of `MAX_VALUES`. */
  maxValues?: number;
  /** Rows have no labels, or these are not looked at: for prediction. */
  unlabelled?: boolean;
  /** A column of a table whose cells are given back as they are, to tell rows by. */
  id?: string;
}
