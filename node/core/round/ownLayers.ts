import type { Bytes32 } from "../primitives.ts";
import type { LocalState, OwnUpdate } from "./state.ts";

/** Trainings whose files are kept: a chain that comes back shorter (R9) rarely loses more rounds. */
const KEPT_TRAININGS = 4;

/**
 * Files of the layers that this node keeps to itself, the one to go on from first: of its latest training before `round`, else of older ones.
 * After a chain came back much shorter (R9) all that is left may be newer; that is nearer to what was lost than a fresh start.
 */
export function layersFor(local: LocalState, round: number): Bytes32[] {
  const trainings = byRound(local);
  const before = trainings.filter((own) => own.round < round).toReversed();
  const after = trainings.filter((own) => own.round >= round);
  return [...before, ...after].map(({ layers }) => layers);
}

/** Files that no coming training goes on from, where `newest` is about to be journaled. */
export function expiredLayers(local: LocalState, newest: Bytes32): Bytes32[] {
  const files = byRound(local).map(({ layers }) => layers);
  const kept = new Set([newest, ...files.slice(-(KEPT_TRAININGS - 1))]);
  return files.filter((layers) => !kept.has(layers));
}

/** In the order of rounds; in a round that was trained on two histories, in the order of the trainings. */
const byRound = (local: LocalState): (OwnUpdate & { layers: Bytes32 })[] =>
  [...local.own.values()]
    .filter((own): own is OwnUpdate & { layers: Bytes32 } => own.layers !== undefined)
    .toSorted((a, b) => a.round - b.round);
