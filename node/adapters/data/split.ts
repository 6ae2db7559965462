import { SwarmError } from "../../core/errors.ts";
import { rowHashes } from "../../core/data/rowHashes.ts";
import { createPrng, shuffle } from "../../core/prng.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Dataset } from "./dataset.ts";

/** Seed word that keeps the split's numbers apart from those of shuffles and first models. */
const SPLIT_STREAM = 0x73706c69;

type SplitRule = TaskDocument["training"]["split"];

export interface Split {
  training: Dataset;
  validation: Dataset;
}

/**
 * Divides rows into training and validation; both keep the file's order.
 *
 * - no `how`: shuffled class by class, so that both have the classes in nearly the same shares. Depends on all rows, their order and the seed.
 * - by position: evenly spaced, within each class where stratified. Rows that are appended leave all before them where they are.
 * - by content: by a hash of the row's values and label with the seed. Neither new rows nor another order move a row, and equal rows
 *   are never on both sides.
 * @param share of the rows for validation, 0 to 0.5: rounded down for each class where shuffled, off by less than one where by position,
 *   and on average where by content
 */
export function splitRows(data: Dataset, share: number, seed: number, how?: SplitRule): Split {
  const chosen = choose(data, share, seed, how);
  return { training: pick(data, chosen, 0), validation: pick(data, chosen, 1) };
}

/** The same without a second copy: the training rows move together in the buffers that they are in, so that `data` is not to be used afterwards. */
export function splitInPlace(data: Dataset, share: number, seed: number, how?: SplitRule): Split {
  const chosen = choose(data, share, seed, how);
  const validation = pick(data, chosen, 1);
  const { features, labels, width } = data;
  let rows = 0;
  for (let row = 0; row < data.rows; row++) {
    if (chosen[row] === 1) continue;
    if (rows < row) {
      features.copyWithin(rows * width, row * width, (row + 1) * width);
      labels[rows] = labels[row] as number;
    }
    rows++;
  }
  const training = { features: features.subarray(0, rows * width), labels: labels.subarray(0, rows), rows, width };
  return { training, validation };
}

/** @throws SwarmError DATA_TOO_FEW_RECORDS: an update from few records gives them away */
export function requireRecords(training: Dataset, minRecords: number, path: string): void {
  if (training.rows >= minRecords) return;
  const text = `${path} leaves ${training.rows} rows to train on, the task asks for ${minRecords}: an update from fewer can give records away`;
  throw new SwarmError("DATA_TOO_FEW_RECORDS", text, { path, rows: training.rows, minRecords });
}

/** 1 for each row that is for validation. */
function choose(data: Dataset, share: number, seed: number, how: SplitRule): Uint8Array {
  if (share === 0) return new Uint8Array(data.rows);
  return how === undefined ? shuffled(data, share, seed) : stable(data, share, seed, how);
}

function shuffled(data: Dataset, share: number, seed: number): Uint8Array {
  const chosen = new Uint8Array(data.rows);
  const prng = createPrng(seed, SPLIT_STREAM);
  const byClass = new Map<number, number[]>();
  for (const [row, label] of data.labels.entries()) {
    const rows = byClass.get(label);
    if (rows === undefined) byClass.set(label, [row]);
    else rows.push(row);
  }
  for (const label of [...byClass.keys()].sort((a, b) => a - b)) {
    const rows = shuffle(byClass.get(label) ?? [], prng);
    for (const row of rows.slice(0, Math.floor(rows.length * share))) chosen[row] = 1;
  }
  return chosen;
}

function stable(data: Dataset, share: number, seed: number, how: NonNullable<SplitRule>): Uint8Array {
  const chosen = new Uint8Array(data.rows);
  if (how.by === "content") {
    const hashes = rowHashes(data, seed);
    for (let row = 0; row < data.rows; row++) chosen[row] = (hashes[row] as number) < share * 4294967296 ? 1 : 0;
    return chosen;
  }
  /** For each class, or for all: how many rows there were, and where in the spacing it begins. */
  const series = new Map<number, { seen: number; phase: number }>();
  for (let row = 0; row < data.rows; row++) {
    const key = how.stratified ? (data.labels[row] as number) : -1;
    let one = series.get(key);
    if (one === undefined) {
      one = { seen: 0, phase: createPrng(seed, SPLIT_STREAM, key).float() };
      series.set(key, one);
    }
    const before = Math.floor(one.seen * share + one.phase);
    one.seen++;
    if (Math.floor(one.seen * share + one.phase) > before) chosen[row] = 1;
  }
  return chosen;
}

function pick(data: Dataset, chosen: Uint8Array, part: number): Dataset {
  const { width } = data;
  const rows = chosen.reduce((sum, mark) => sum + (mark === part ? 1 : 0), 0);
  const picked: Dataset = { features: new Float32Array(rows * width), labels: new Int32Array(rows), rows, width };
  let to = 0;
  for (let row = 0; row < data.rows; row++) {
    if (chosen[row] !== part) continue;
    picked.features.set(data.features.subarray(row * width, (row + 1) * width), to * width);
    picked.labels[to++] = data.labels[row] ?? 0;
  }
  return picked;
}
