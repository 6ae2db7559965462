import { classReader, parseNumber } from "../cell.ts";

/**
 * Maps labels of arrays to class indices. Text matches a class's name, and numbers match by value where the names are numbers. Where no
 * name is a number, a whole number is the class's index, from 0, as most programs write labels.
 */
export function tensorClassReader(classes: readonly string[]): (label: number | string) => number | undefined {
  const byName = classReader(classes);
  const named = classes.every((name) => parseNumber(name) === undefined);
  return (label) => {
    if (typeof label === "string") return byName(label);
    if (!named) return byName(String(label));
    return Number.isInteger(label) && label >= 0 && label < classes.length ? label : undefined;
  };
}
