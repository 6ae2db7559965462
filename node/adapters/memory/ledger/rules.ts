import { count } from "../../../core/ledger/masks.ts";
import type { TaskParams } from "../../../core/ledger/events.ts";
import type { MemberMask } from "../../../core/primitives.ts";

/**
 * The ledger's rules that a wrong contract could have otherwise. A chain in memory can be given wrong ones, to see that a simulation finds
 * out; `CONTRACT_RULES` are those of contracts/*.sol.
 */
export interface LedgerRules {
  /** Faulty members that an attempt with this snapshot allows for. */
  f(params: TaskParams, snapshot: MemberMask): number;
  /** Least size of a snapshot. */
  members(params: TaskParams): number;
  /** Least number of updates in a merge. */
  minPeers(params: TaskParams, snapshot: MemberMask): number;
  /** Holders that make an update included. */
  holders(f: number): number;
  /** Equal votes that finalize a model. */
  votes(n: number, f: number): number;
  /** Whether acts count only for the attempt and the digest that they name (R3). */
  bindsActs: boolean;
}

export const CONTRACT_RULES: LedgerRules = {
  f: ({ f }) => f,
  members: ({ f, minPeers }) => Math.max(3 * f + 1, minPeers + f),
  minPeers: ({ minPeers }) => minPeers,
  holders: (f) => Math.max(2, f + 1),
  votes: (n, f) => Math.floor((n + f) / 2) + 1,
  bindsActs: true,
};

/** Wrong: with fewer members, fewer faulty ones are allowed for. */
export const shrinkingF: Partial<LedgerRules> = {
  f: ({ f }, snapshot) => Math.min(f, Math.floor((count(snapshot) - 1) / 3)),
  members: () => 2,
  minPeers: ({ minPeers }, snapshot) => Math.min(minPeers, Math.max(2, count(snapshot) - 1)),
};
