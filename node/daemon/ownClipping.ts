import type { TaskDocument } from "../core/task/document.ts";

/** This node's own update of a round. */
export interface OwnUpdateLength {
  /** Euclidean length of what was trained, before it was shortened. */
  norm: number;
  /** What it was multiplied by to keep the task's bound, 1 where it was not shortened. */
  clipped: number;
}

/** First rounds go far, so that a bound may well shorten them a little: a warning is for what takes most of an update away. */
const MUCH = 0.5;
/** Rounds after which it is said again. */
const AGAIN = 10;
/** It is said at once if the factor fell to this part of the one that was told. */
const WORSE = 0.5;

/** Which bound a node keeps its update to: its own task's clipping, or what peers refuse. */
export function updateBound({ privacy, limits }: TaskDocument): { field: string; bound: number } {
  return privacy.clipNorm === undefined
    ? { field: "limits.maxUpdateNorm", bound: limits.maxUpdateNorm }
    : { field: "privacy.clipNorm", bound: privacy.clipNorm };
}

/** Whether the bound took so much of the update that it is worth telling. */
export const isMuchShortened = ({ clipped }: OwnUpdateLength): boolean => clipped < MUCH;

export const shortenedWords = ({ clipped }: OwnUpdateLength): string =>
  `this node's update was shortened to ${precise(clipped * 100)} % of its length`;

/** Says that the bound takes most of this node's update away: when that begins, when it gets much worse, and else seldom. */
export class ClippingWatch {
  #told: { round: number; clipped: number } | undefined;

  /** @returns a warning, where it is time for one */
  look(document: TaskDocument, round: number, length: OwnUpdateLength): string | undefined {
    if (!isMuchShortened(length)) return undefined;
    const { norm, clipped } = length;
    const told = this.#told;
    if (told && round < told.round + AGAIN && clipped > told.clipped * WORSE) return undefined;
    this.#told = { round, clipped };
    const { field, bound } = updateBound(document);
    return (
      `${shortenedWords(length)} (${precise(norm)} to ${bound}) by the task's ${field}: the model learns that much less from it. ` +
      `If most nodes say so, the bound is too small or the learning rate too high, and a new task is needed (docs/TRAINING.md); if only this one does, look at its rows`
    );
  }
}

const precise = (value: number): string =>
  value >= 1e6 ? value.toExponential(1) : String(Number(value.toPrecision(2)));
