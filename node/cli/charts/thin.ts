/** A point of a line: [x, y]. A y that is not finite is a gap. */
export type Point = readonly [x: number, y: number];

/**
 * At most about `most` points that look like all: of each stretch the first, the lowest, the highest and the last, so that no peak is lost.
 * @param points in the order of x
 */
export function thin(points: readonly Point[], most = 1200): readonly Point[] {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / Math.max(1, Math.floor(most / 4)));
  const kept: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const end = Math.min(points.length, start + size);
    let [low, high] = [start, start];
    let gap: number | undefined;
    for (let i = start; i < end; i++) {
      const y = points[i]?.[1] as number;
      if (!Number.isFinite(y)) gap ??= i;
      if (y < (points[low]?.[1] as number) || !Number.isFinite(points[low]?.[1])) low = i;
      if (y > (points[high]?.[1] as number) || !Number.isFinite(points[high]?.[1])) high = i;
    }
    const chosen = new Set([start, low, high, end - 1, ...(gap === undefined ? [] : [gap])]);
    for (const i of [...chosen].sort((a, b) => a - b)) kept.push(points[i] as Point);
  }
  return kept;
}
