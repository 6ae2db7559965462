import { SwarmError } from "../../core/errors.ts";
import { createPrng, shuffle } from "../../core/prng.ts";
import type { Dataset } from "./readCsv.ts";

/** Seed word that keeps the split's numbers apart from those of shuffles and first models. */
const SPLIT_STREAM = 0x73706c69;

export interface Split {
  training: Dataset;
  validation: Dataset;
}

/**
 * Divides rows into training and validation, class by class, so that both have the classes in nearly the same shares. Depends on the
 * rows' order and the seed only. Both parts keep the file's order.
 * @param share of each class's rows for validation, rounded down; 0 to 0.5
 */
export function splitRows(data: Dataset, share: number, seed: number): Split {
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
  return { training: pick(data, chosen, 0), validation: pick(data, chosen, 1) };
}

/** @throws SwarmError CSV_TOO_FEW_RECORDS: an update from few records gives them away */
export function requireRecords(training: Dataset, minRecords: number, path: string): void {
  if (training.rows >= minRecords) return;
  const text = `${path} leaves ${training.rows} rows to train on, the task asks for ${minRecords}: an update from fewer can give records away`;
  throw new SwarmError("CSV_TOO_FEW_RECORDS", text, { path, rows: training.rows, minRecords });
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
