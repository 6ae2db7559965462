/** Figures of a model over labelled rows; `auc` is absent where fewer than two classes occur. */
export interface ClassificationFigures {
  rows: number;
  /** Mean cross-entropy in nats. */
  loss: number;
  /** Share of rows whose class has the largest logit, the first one where several are equal; 0 to 1. */
  accuracy: number;
  auc?: number;
}

/**
 * Loss, accuracy and area under the ROC curve, in float64.
 * @param logits [rows, outputs]; one output means a sigmoid for class 1 of two
 * @param labels class index of each row; at least one row
 */
export function classificationFigures(
  logits: Float32Array,
  labels: ArrayLike<number>,
  outputs: number,
): ClassificationFigures {
  const rows = labels.length;
  const classes = outputs === 1 ? 2 : outputs;
  const odds = logOdds(logits, rows, outputs);
  let loss = 0;
  let right = 0;
  for (let row = 0; row < rows; row++) {
    const label = labels[row] ?? 0;
    const own = outputs === 1 ? (odds[row] ?? 0) * (label === 1 ? 1 : -1) : (odds[row * outputs + label] ?? 0);
    // -log p of the row's class, from its log-odds: log(1 + e^-own), written so that neither end overflows.
    loss += Math.max(-own, 0) + Math.log1p(Math.exp(-Math.abs(own)));
    if (predictedClass(logits, row, outputs) === label) right++;
  }
  const figures = { rows, loss: loss / rows, accuracy: right / rows };
  // A model that overflows ranks nothing.
  if (Number.isNaN(loss)) return figures;
  const auc = macroAuc(odds, labels, classes, outputs);
  return auc === undefined ? figures : { ...figures, auc };
}

/**
 * Exact area under the ROC curve: how likely a positive has the larger score than a negative, ties counting half (Mann and Whitney).
 * @returns undefined where there are no positives or no negatives
 */
export function rocAuc(scores: Float64Array, isPositive: (index: number) => boolean): number | undefined {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[a] ?? 0) - (scores[b] ?? 0));
  let positives = 0;
  let rankSum = 0;
  for (let from = 0; from < order.length;) {
    let to = from;
    let tied = 0;
    do {
      if (isPositive(order[to] ?? 0)) tied++;
      to++;
    } while (to < order.length && scores[order[to] ?? 0] === scores[order[from] ?? 0]);
    // Ranks count from 1; all of a tie share the middle one.
    rankSum += (tied * (from + 1 + to)) / 2;
    positives += tied;
    from = to;
  }
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/** Binary: of class 1. More classes: the mean over those that occur, each against the rest. */
function macroAuc(odds: Float64Array, labels: ArrayLike<number>, classes: number, outputs: number): number | undefined {
  const areas: number[] = [];
  for (let label = classes === 2 ? 1 : 0; label < classes; label++) {
    const scores = outputs === 1 ? odds : odds.filter((_, i) => i % outputs === label);
    const area = rocAuc(scores, (row) => labels[row] === label);
    if (area !== undefined) areas.push(area);
  }
  return areas.length === 0 ? undefined : areas.reduce((sum, area) => sum + area, 0) / areas.length;
}

/** log(p / (1 - p)) per row and output: ordered as the probabilities are, but without ties where those saturate at 0 or 1. @returns [rows, outputs] */
export function logOdds(logits: Float32Array, rows: number, outputs: number): Float64Array {
  const odds = Float64Array.from(logits.subarray(0, rows * outputs));
  if (outputs === 1) return odds;
  for (let row = 0; row < rows; row++) {
    const own = logits.subarray(row * outputs, (row + 1) * outputs);
    for (let label = 0; label < outputs; label++)
      odds[row * outputs + label] = (own[label] ?? 0) - logSumOfOthers(own, label);
  }
  return odds;
}

function logSumOfOthers(logits: Float32Array, skipped: number): number {
  let largest = -Infinity;
  for (let i = 0; i < logits.length; i++) if (i !== skipped) largest = Math.max(largest, logits[i] ?? 0);
  let sum = 0;
  for (let i = 0; i < logits.length; i++) if (i !== skipped) sum += Math.exp((logits[i] ?? 0) - largest);
  return largest + Math.log(sum);
}

/** Class with the largest logit, the first one where several are equal. @param logits [rows, outputs]; one output means a sigmoid for class 1 of two */
export function predictedClass(logits: Float32Array, row: number, outputs: number): number {
  if (outputs === 1) return (logits[row] ?? 0) > 0 ? 1 : 0;
  let best = 0;
  for (let label = 1; label < outputs; label++) {
    if ((logits[row * outputs + label] ?? 0) > (logits[row * outputs + best] ?? 0)) best = label;
  }
  return best;
}
