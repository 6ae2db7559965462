import type { Missing, Normalize } from "../../core/task/dataSchema.ts";
import { type Dataset, MAX_VALUES } from "./dataset.ts";

/** Bytes by which the buffers grow at least. */
const LEAST_GROWTH = 65_536;

export interface SinkRules {
  /** Values per row. */
  width: number;
  missing: Missing;
  /** Lists are repeated along a row: one entry per value, or one per channel where channels are the last axis. */
  normalize: Normalize;
  maxValues?: number;
}

/** Why a value cannot be taken. */
export type Refusal = "missing" | "notFinite";

/**
 * Takes rows of unknown number into typed buffers that grow in place: nothing is copied while they grow or in the end, so that
 * reading takes 4 bytes per value and 4 per row, and no object per row.
 */
export class RowSink {
  readonly #rules: SinkRules;
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  readonly #mostRows: number;
  readonly #features: ArrayBuffer;
  readonly #labels: ArrayBuffer;
  #values: Float32Array;
  #classes: Int32Array;
  #rows = 0;

  constructor(rules: SinkRules) {
    const { width, normalize, maxValues = MAX_VALUES } = rules;
    this.#rules = rules;
    this.#mostRows = Math.floor(maxValues / width);
    const given = normalize === "none" ? { mean: 0, std: 1 } : normalize;
    this.#means = Float64Array.from([given.mean].flat());
    this.#deviations = Float64Array.from([given.std].flat());
    this.#features = new ArrayBuffer(0, { maxByteLength: 4 * this.#mostRows * width });
    this.#labels = new ArrayBuffer(0, { maxByteLength: 4 * this.#mostRows });
    this.#values = new Float32Array(this.#features);
    this.#classes = new Int32Array(this.#labels);
  }

  get rows(): number {
    return this.#rows;
  }

  /** The most rows that are taken. */
  get mostRows(): number {
    return this.#mostRows;
  }

  /** Makes room. @returns false where these would be more rows than are taken */
  grow(rows: number): boolean {
    if (rows > this.#mostRows) return false;
    if (rows <= this.#rows) return true;
    const { width } = this.#rules;
    widen(this.#features, 4 * rows * width);
    widen(this.#labels, 4 * rows);
    // Views of a fixed length are what the engine reads fastest.
    if (this.#values.length < rows * width)
      this.#values = new Float32Array(this.#features, 0, this.#features.byteLength >> 2);
    if (this.#classes.length < rows) this.#classes = new Int32Array(this.#labels, 0, this.#labels.byteLength >> 2);
    this.#rows = rows;
    return true;
  }

  /** Stores a raw value, NaN where it is missing. @returns why not, if it is not taken */
  set(row: number, feature: number, raw: number): Refusal | undefined {
    const { width, missing, normalize } = this.#rules;
    const at = row * width + feature;
    let value = raw;
    if (Number.isNaN(value)) {
      if (missing === "refuse") return "missing";
      if (missing === "mean") {
        this.#values[at] = Number.NaN;
        return undefined;
      }
      value = missing;
    }
    if (normalize !== "none") {
      const mean = this.#means[feature % this.#means.length] as number;
      value = (value - mean) / (this.#deviations[feature % this.#deviations.length] as number);
    }
    value = Math.fround(value);
    if (!Number.isFinite(value)) return "notFinite";
    this.#values[at] = value;
    return undefined;
  }

  label(row: number, index: number): void {
    this.#classes[row] = index;
  }

  /** Views of the buffers: nothing is copied. @param labelled false leaves the labels away */
  dataset(labelled = true): Dataset {
    const { width } = this.#rules;
    return {
      features: new Float32Array(this.#features, 0, this.#rows * width),
      labels: new Int32Array(this.#labels, 0, labelled ? this.#rows : 0),
      rows: this.#rows,
      width,
    };
  }
}

/** Grows a buffer by a quarter at least, so that growing row by row stays linear. */
function widen(buffer: ArrayBuffer, bytes: number): void {
  if (bytes <= buffer.byteLength) return;
  const wanted = Math.max(bytes, buffer.byteLength + Math.max(LEAST_GROWTH, 4 * Math.floor(buffer.byteLength / 16)));
  buffer.resize(Math.min(buffer.maxByteLength, wanted));
}
