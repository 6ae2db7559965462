import type { FinalRound, TaskView } from "../ledger/view/task.ts";
import { layersFor } from "./ownLayers.ts";
import type { LocalState } from "./state.ts";

/**
 * Rounds whose acts are remembered, whatever retention says. Must be more than a chain can lose (R9: 256 blocks by default, and a round
 * takes three at the least), or a node could sign a second, different act for a round that comes back.
 */
export const KEPT_ROUNDS = 128;

/** Drops what is known of rounds before `before`; files are retention's. Keeps a daemon's memory level over thousands of rounds. */
export function forgetRounds(local: LocalState, before: number): void {
  if (before <= 1) return;
  // However long this node was away, the layers that it keeps to itself go on from where they were.
  const [latest] = layersFor(local, Infinity);
  for (const [key, { round, layers }] of local.own)
    if (round < before && (layers === undefined || layers !== latest)) local.own.delete(key);
  for (const map of [local.sealed, local.merged, local.voted] as Map<string, { round: number }>[]) {
    for (const [key, { round }] of map) if (round < before) map.delete(key);
  }
  // Keys of verdicts, attempts and bases begin with their round.
  for (const keys of [local.verdicts, local.satOut, local.diverged]) {
    for (const key of keys.keys()) if (Number.parseInt(key, 10) < before) keys.delete(key);
  }
}

/**
 * Drops from the view what was published in rounds before `before`, whose files are deleted: nobody can be given them any more, and nothing can
 * be merged of them again.
 */
export function forgetPublished({ published, history }: TaskView, before: number): void {
  if (before <= 1) return;
  // Rounds are final one after another, from 1 on: all before the first that is forgotten already are forgotten, too.
  for (let i = Math.min(before - 2, history.length - 1); i >= 0; i--) {
    const final = history[i] as FinalRound;
    if (final.included.length === 0) break;
    final.included = [];
  }
  for (const [sha256, all] of published) {
    const rest = all.filter(({ round }) => round >= before);
    if (rest.length === 0) published.delete(sha256);
    else if (rest.length < all.length) published.set(sha256, rest);
  }
}
