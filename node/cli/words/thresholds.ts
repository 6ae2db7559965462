import type { TaskParams } from "../../core/ledger/events.ts";
import { holdersNeeded, membersNeeded, votesNeeded } from "../../core/round/thresholds.ts";
import { counted } from "../output/units.ts";

/** What a task's numbers mean for a snapshot of n members. */
export interface Thresholds {
  n: number;
  f: number;
  minPeers: number;
  /** Members that must be eligible before the first attempt, and for later ones. */
  toStart: number;
  toGoOn: number;
  holders: number;
  votes: number;
}

export function thresholdsOf({ f, minPeers, startMembers }: TaskParams, n: number): Thresholds {
  const toGoOn = membersNeeded(f, minPeers);
  return {
    n,
    f,
    minPeers,
    toStart: Math.max(startMembers, toGoOn),
    toGoOn,
    holders: holdersNeeded(f),
    votes: votesNeeded(n, f),
  };
}

/** The same in sentences. */
export function thresholdWords({ n, f, minPeers, toStart, toGoOn, holders, votes }: Thresholds): string[] {
  return [
    `The first round opens once ${toStart} members are licensed and registered and have joined; later ones need ${toGoOn}.`,
    `With n = ${n} members in a round: an update is merged once ${holders} members hold it (q_a), and a merged model is final with ${votes} equal votes (q_m).`,
    `At least ${minPeers} updates go into every merge; with fewer the round is tried again, with longer phases.`,
    f === 0
      ? "f = 0: members may crash or stay away, but none may lie. One that does can spoil the model; every update stays recorded against its author."
      : `f = ${f}: up to ${counted(f, "member")} may lie or vanish, and the others still end with the same model, merged by the task's rule. What a liar puts into its own update counts as far as that rule lets it.`,
    ...(n <= 3
      ? [
          `${n} members tolerate little: ${n === 2 ? "each must be there in every round" : "one may be away, and that is all"}.`,
        ]
      : []),
  ];
}
