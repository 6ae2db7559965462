import type { Address } from "../primitives.ts";
import { createPrng } from "../prng.ts";
import type { FederatedSettings } from "./federatedSettings.ts";

export interface Draw {
  /** Clients that can be asked, in any order. */
  candidates: readonly Address[];
  /** Those whose update of this round is here already. */
  held: number;
  /** The task's seed, uint32. */
  seed: number;
  round: number;
  attempt: number;
}

/** How many updates a round asks for, where this many clients are there. Never fewer than it needs. */
export function targetOf({ sample, minClients }: FederatedSettings, present: number): number {
  if (sample === undefined) return present;
  const wanted = "clients" in sample ? sample.clients : Math.ceil(sample.fraction * present);
  return Math.min(present, Math.max(minClients, wanted));
}

/**
 * F4: who is asked in an attempt of a round. Those whose update is here count as asked. The same task, round, attempt and candidates give the same
 * clients: the draw is the beginning of a shuffle (Fisher and Yates) of the candidates in the order of their accounts.
 * @returns in the order of accounts
 */
export function sampleClients(
  settings: FederatedSettings,
  { candidates, held, seed, round, attempt }: Draw,
): Address[] {
  const sorted = candidates.toSorted();
  const count = Math.max(0, targetOf(settings, sorted.length + held) - held);
  if (count >= sorted.length) return sorted;
  const prng = createPrng(seed, round, attempt);
  for (let i = 0; i < count; i++) {
    const j = i + prng.below(sorted.length - i);
    const drawn = sorted[j] as Address;
    sorted[j] = sorted[i] as Address;
    sorted[i] = drawn;
  }
  return sorted.slice(0, count).sort();
}
