/** One case: everything in it follows from these three. */
export interface Case {
  format: string;
  seed: number;
  index: number;
  /** Where its files are written. */
  folder: string;
}

export interface Outcome {
  index: number;
  /** "read", or the code that it was refused with. */
  result: string;
  /** A stack, where what came is no error that the project knows. */
  fault?: string;
  ms: number;
  /** Most memory that the process had so far, in MiB. */
  peakMiB: number;
}
