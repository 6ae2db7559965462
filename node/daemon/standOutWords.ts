import type { StandOut } from "../core/merge/standOut.ts";
import type { Address } from "../core/primitives.ts";
import type { NameOf } from "../core/round/waiting/words.ts";
import { list } from "../core/units.ts";

/** One update that stands out in a merge, for logs and records. */
export interface UpdateHint {
  account: Address;
  norm: number;
  clipped: number;
  dropped: boolean;
  /** How far it is from the others, in multiples of what is usual; null where the others are all the same. */
  timesAsFar: number | null;
  /** Whose updates are nearly the same. */
  sameAs: Address[];
}

export function updateHint(
  { index, norm, clipped, isDropped, times, same }: StandOut,
  authors: readonly Address[],
): UpdateHint {
  return {
    account: authors[index] as Address,
    norm,
    clipped,
    dropped: isDropped,
    timesAsFar: Number.isFinite(times) ? times : null,
    sameAs: same.map((j) => authors[j] as Address),
  };
}

/** All hints of a merge as one sentence. */
export const hintWords = (hints: readonly UpdateHint[], nameOf: NameOf): string =>
  hints.map((hint) => `the update of ${nameOf(hint.account)} ${list(facts(hint, nameOf))}`).join("; ");

function facts({ clipped, dropped, timesAsFar, sameAs }: UpdateHint, nameOf: NameOf): string[] {
  return [
    clipped < 1 ? `was clipped to ${clipped.toPrecision(2)} of its length` : "",
    dropped ? "was left out" : "",
    timesAsFar === null
      ? "is unlike the others, which are all the same"
      : timesAsFar >= 2
        ? `is ${timesAsFar.toFixed(1)} times as far from the others as usual`
        : "",
    sameAs.length > 0 ? `is nearly the same as that of ${list(sameAs.map(nameOf))}` : "",
  ].filter(Boolean);
}
