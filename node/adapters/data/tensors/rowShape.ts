import { dataError } from "../errors.ts";

/**
 * Checks that an array's rows are what the task asks for: the same axes, those of length 1 aside, or one flat axis. Both have the same
 * elements in the same order, so that nothing is moved.
 * @param shape of the whole array, rows first
 * @throws SwarmError DATA_SHAPE
 */
export function checkRowShape(name: string, shape: readonly number[], inputShape: readonly number[]): void {
  const row = shape.slice(1);
  const long = (axes: readonly number[]): string => axes.filter((side) => side !== 1).join(",");
  const count = (axes: readonly number[]): number => axes.reduce((product, side) => product * side, 1);
  const fits =
    count(row) === count(inputShape) && (row.length <= 1 || inputShape.length === 1 || long(row) === long(inputShape));
  if (shape.length >= 1 && fits) return;
  const [first, ...others] = row;
  const channelsFirst = row.length === 3 && long([...others, first as number]) === long(inputShape);
  const hint = channelsFirst ? "; move the channels to the last axis" : "";
  const text = `has rows of shape [${row}], the task's data.inputShape is [${inputShape}]${hint}`;
  throw dataError("DATA_SHAPE", name, text, { shape: [...shape], inputShape: [...inputShape] });
}
