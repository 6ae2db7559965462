/** A batch's loss, and the gradient of its mean by the logits. */
export interface LossValue {
  /** Sum over the rows, in nats. */
  sum: number;
  /** Same shape as the logits. */
  gradient: Float32Array;
}

/**
 * Cross-entropy after a softmax. In float64 and in JavaScript: logits are few, kernel calls are dear.
 * @param logits [rows, classes] @param weights by class, 1 where they are left out: a row counts that many times, and still as one row in the mean
 */
export function softmaxCrossEntropy(logits: Float32Array, labels: Int32Array, weights?: Float64Array): LossValue {
  const rows = labels.length;
  const classes = logits.length / rows;
  const gradient = new Float32Array(logits.length);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const start = row * classes;
    let largest = -Infinity;
    for (let i = start; i < start + classes; i++) largest = Math.max(largest, logits[i] as number);
    let total = 0;
    for (let i = start; i < start + classes; i++) total += Math.exp((logits[i] as number) - largest);
    const label = start + (labels[row] as number);
    const weight = weights?.[labels[row] as number] ?? 1;
    sum += weight * (largest + Math.log(total) - (logits[label] as number));
    for (let i = start; i < start + classes; i++) {
      gradient[i] = (weight * (Math.exp((logits[i] as number) - largest) / total - (i === label ? 1 : 0))) / rows;
    }
  }
  return { sum, gradient };
}

/** Cross-entropy after a sigmoid. @param logits [rows, 1], of class 1 @param weights as for `softmaxCrossEntropy` */
export function sigmoidCrossEntropy(logits: Float32Array, labels: Int32Array, weights?: Float64Array): LossValue {
  const rows = labels.length;
  const gradient = new Float32Array(rows);
  let sum = 0;
  for (let row = 0; row < rows; row++) {
    const logit = logits[row] as number;
    const label = labels[row] as number;
    const weight = weights?.[label] ?? 1;
    sum += weight * (Math.max(logit, 0) - logit * label + Math.log1p(Math.exp(-Math.abs(logit))));
    gradient[row] = (weight * (1 / (1 + Math.exp(-logit)) - label)) / rows;
  }
  return { sum, gradient };
}
