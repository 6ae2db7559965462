/** A point of a ROC curve: what share of the negatives and of the positives has a score of `threshold` or more. */
export interface RocPoint {
  falsePositiveRate: number;
  truePositiveRate: number;
  /** In the scores' unit; Infinity at the curve's beginning, where nothing is taken for positive. */
  threshold: number;
}

/**
 * The whole curve, from (0, 0) to (1, 1), a point for each score that occurs (Fawcett 2006, algorithm 1).
 * @returns undefined where there are no positives or no negatives
 */
export function rocCurve(scores: Float64Array, isPositive: (index: number) => boolean): RocPoint[] | undefined {
  const order = Uint32Array.from(scores, (_, i) => i).sort((a, b) => (scores[b] ?? 0) - (scores[a] ?? 0));
  const positives = order.reduce((count, i) => count + (isPositive(i) ? 1 : 0), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0) return undefined;
  const points: RocPoint[] = [{ falsePositiveRate: 0, truePositiveRate: 0, threshold: Infinity }];
  let found = 0;
  for (let at = 0; at < order.length; at++) {
    const score = scores[order[at] ?? 0] ?? 0;
    if (isPositive(order[at] ?? 0)) found++;
    // Rows of one score come together: a curve through them one by one would depend on their order.
    if (at + 1 < order.length && scores[order[at + 1] ?? 0] === score) continue;
    points.push({
      falsePositiveRate: (at + 1 - found) / negatives,
      truePositiveRate: found / positives,
      threshold: score,
    });
  }
  return points;
}

/** The curve without the points on straight lines between their neighbours: the same picture. */
export function withoutStraight(points: readonly RocPoint[]): RocPoint[] {
  return points.filter((point, i) => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined || after === undefined) return true;
    const flat =
      before.truePositiveRate === point.truePositiveRate && point.truePositiveRate === after.truePositiveRate;
    const steep =
      before.falsePositiveRate === point.falsePositiveRate && point.falsePositiveRate === after.falsePositiveRate;
    return !flat && !steep;
  });
}
