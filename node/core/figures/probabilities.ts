import { SwarmError } from "../errors.ts";

/**
 * Class probabilities from a model's outputs: softmax, or for one output a sigmoid of class 1, in float64.
 * @param logits [rows, outputs]
 * @returns [rows, classes]; two classes for one output
 * @throws SwarmError MODEL_OUTPUT_NOT_FINITE where an output is no finite number: such a row has no probabilities
 */
export function classProbabilities(logits: Float32Array, rows: number, outputs: number): Float64Array {
  requireFinite(logits, rows, outputs);
  return outputs === 1 ? sigmoids(logits, rows) : softmaxes(logits, rows, outputs);
}

function sigmoids(logits: Float32Array, rows: number): Float64Array {
  const probabilities = new Float64Array(2 * rows);
  for (let row = 0; row < rows; row++) {
    const logit = logits[row] as number;
    // The smaller one first: it keeps its digits, and 1 minus it loses none that count.
    const small = Math.exp(-Math.abs(logit)) / (1 + Math.exp(-Math.abs(logit)));
    probabilities[2 * row] = logit > 0 ? small : 1 - small;
    probabilities[2 * row + 1] = logit > 0 ? 1 - small : small;
  }
  return probabilities;
}

function softmaxes(logits: Float32Array, rows: number, classes: number): Float64Array {
  const probabilities = new Float64Array(rows * classes);
  for (let start = 0; start < rows * classes; start += classes) {
    let largest = -Infinity;
    for (let i = start; i < start + classes; i++) largest = Math.max(largest, logits[i] as number);
    let total = 0;
    for (let i = start; i < start + classes; i++) total += Math.exp((logits[i] as number) - largest);
    for (let i = start; i < start + classes; i++) probabilities[i] = Math.exp((logits[i] as number) - largest) / total;
  }
  return probabilities;
}

function requireFinite(logits: Float32Array, rows: number, outputs: number): void {
  let broken = 0;
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * outputs, (row + 1) * outputs);
    if (!own.every(Number.isFinite)) broken++;
  }
  if (broken === 0) return;
  const text = `the model's outputs for ${broken} of ${rows} rows are no finite numbers: are these rows in the units that the task was trained on?`;
  throw new SwarmError("MODEL_OUTPUT_NOT_FINITE", text, { broken, rows });
}
