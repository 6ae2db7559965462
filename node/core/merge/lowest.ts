/** Indices of the `count` lowest values, ties by order; from the lowest on. */
export function lowest(values: ArrayLike<number>, count: number): number[] {
  const order = Array.from({ length: values.length }, (_, i) => i);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b).slice(0, count);
}
