import type { Prng } from "../../node/core/prng.ts";
import { normal } from "../../node/cli/splits/random.ts";
import { lineSearch } from "./lineSearch.ts";
import { deviationOf, distance, meanOf, plus, times } from "./vectors.ts";

/** What liars see of a round before they send theirs. */
export interface Scene {
  /** Of the honest members. Submissions are sealed until all have committed, so a liar of the protocol sees less than this. */
  honest: readonly Float32Array[];
  /** What the liars' own training gave, one for each of them; empty where the attack has no use for it. */
  own: readonly Float32Array[];
  /** How many liars there are. */
  faulty: number;
  /** What the task's rule makes of any updates, as many as the swarm's members. */
  merge(updates: readonly Float32Array[]): Float32Array;
  /** What the liars remember from round to round. */
  memory: { victim?: number };
  prng: Prng;
}

export interface Attack {
  /** What the liars train on. */
  trains: "nothing" | "honestly" | "flipped" | "triggered";
  forge(scene: Scene): Float32Array[];
}

/** Deviations off the mean, and parts of the mean's opposite, that are tried first. */
const DEVIATIONS = [0.25, 0.5, 1, 1.5, 2, 3, 5, 10];
const OPPOSITES = [0.01, 0.1, 0.5, 1, 2, 4, 9, 19];

const all = (scene: Scene, update: Float32Array): Float32Array[] => Array.from({ length: scene.faulty }, () => update);
const asTrained = (scene: Scene): Float32Array[] => [...scene.own];

/** Every liar sends the same: a direction from the mean of the updates that they know, as far along as moves the merge most. */
function along(scene: Scene, known: readonly Float32Array[], kind: "deviation" | "opposite"): Float32Array[] {
  const mean = meanOf(known);
  const update =
    kind === "deviation"
      ? (
          (deviation) => (z: number) =>
            plus(mean, -z, deviation)
        )(deviationOf(known))
      : (part: number) => times(-part, mean);
  // Who does not see the honest ones takes its own for theirs, as often as needed.
  const supposed = scene.honest.map((_, i) => known[i % known.length] as Float32Array);
  const target = meanOf(supposed);
  const harm = (value: number): number => distance(scene.merge([...supposed, ...all(scene, update(value))]), target);
  return all(scene, update(lineSearch(kind === "deviation" ? DEVIATIONS : OPPOSITES, harm)));
}

/** The honest update that is farthest from the others in the first round; its author's are copied from then on. */
function victimOf({ honest, memory }: Scene): number {
  if (memory.victim === undefined) {
    const mean = meanOf(honest);
    const far = honest.map((update) => distance(update, mean));
    memory.victim = far.indexOf(Math.max(...far));
  }
  return memory.victim;
}

export const attacks = {
  /** The liars are honest. */
  none: { trains: "honestly", forge: asTrained },
  signFlip: { trains: "nothing", forge: (scene) => all(scene, times(-1, meanOf(scene.honest))) },
  signFlip10: {
    trains: "nothing",
    forge: (scene) => all(scene, times(-10, meanOf(scene.honest))),
  },
  /** Each liar's own noise, ten times as wide as the honest updates differ. */
  gaussian: {
    trains: "nothing",
    forge: (scene) => {
      const mean = meanOf(scene.honest);
      const deviation = deviationOf(scene.honest);
      const width = (10 * deviation.reduce((sum, value) => sum + value, 0)) / deviation.length;
      const noise = (): Float32Array =>
        plus(
          mean,
          width,
          mean.map(() => normal(scene.prng)),
        );
      return Array.from({ length: scene.faulty }, noise);
    },
  },
  labelFlip: { trains: "flipped", forge: asTrained },
  /** Copies one honest member, so that the merge counts it f times more. */
  mimic: { trains: "nothing", forge: (scene) => all(scene, scene.honest[victimOf(scene)] as Float32Array) },
  /** A little is enough (Baruch et al., 2019). */
  alie: { trains: "nothing", forge: (scene) => along(scene, scene.honest, "deviation") },
  /** Inner product manipulation (Xie et al., 2019). */
  ipm: { trains: "nothing", forge: (scene) => along(scene, scene.honest, "opposite") },
  alieBlind: { trains: "honestly", forge: (scene) => along(scene, scene.own, "deviation") },
  ipmBlind: { trains: "honestly", forge: (scene) => along(scene, scene.own, "opposite") },
  /** Not for the worst column: it is meant to leave accuracy as it is. */
  backdoor: { trains: "triggered", forge: asTrained },
} as const satisfies Record<string, Attack>;

export type AttackName = keyof typeof attacks;
export const attackNames = Object.keys(attacks) as AttackName[];
export type Harmful = Exclude<AttackName, "none" | "backdoor">;
/** Those that are to lower the accuracy. */
export const harmful = attackNames.filter((name): name is Harmful => name !== "none" && name !== "backdoor");
