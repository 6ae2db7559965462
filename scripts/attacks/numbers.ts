import { InvalidArgumentError } from "commander";

/** @returns a reader, for the command line, of numbers in the range */
export function between(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = text.trim() === "" ? Number.NaN : Number(text);
    if (value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A number from ${least} to ${most} is needed.`);
  };
}
