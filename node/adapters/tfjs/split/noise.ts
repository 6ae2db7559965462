import { randomFillSync } from "node:crypto";

/**
 * Adds normal noise to each value, in place: Box and Muller 1958, out of the system's random numbers, which nobody else can draw again.
 * @param deviation standard deviation, in the values' own unit
 */
export function addNoise(values: Float32Array, deviation: number): void {
  if (deviation === 0) return;
  const words = randomFillSync(new Uint32Array(2 * Math.ceil(values.length / 2)));
  for (let i = 0; i < values.length; i += 2) {
    // From 2^-33 on, since the logarithm of 0 is none.
    const radius = deviation * Math.sqrt(-2 * Math.log(((words[i] as number) + 0.5) / 4294967296));
    const angle = (2 * Math.PI * (words[i + 1] as number)) / 4294967296;
    values[i] = (values[i] as number) + radius * Math.cos(angle);
    if (i + 1 < values.length) values[i + 1] = (values[i + 1] as number) + radius * Math.sin(angle);
  }
}
