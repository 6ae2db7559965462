import { type AttackName, type Harmful, harmful } from "./attacks.ts";
import type { SourceName } from "./data.ts";
import type { Done } from "./pool.ts";

/** Shares from 0 to 1. */
export interface Figure {
  mean: number;
  /** Of the seed for which it was lowest. */
  worstSeed: number;
  seeds: number[];
}

/** A rule's row of the table. */
export interface Row {
  data: SourceName;
  rule: string;
  /** Accuracy under each attack. */
  attacks: Partial<Record<AttackName, Figure>>;
  /** Undefined where not measured. */
  clean: Figure | undefined;
  /** The attack whose mean over seeds is lowest, of those that are to lower the accuracy. */
  worst: { attack: Harmful; mean: number; worstSeed: number } | undefined;
  /** How often the backdoor's trigger makes class 0 of another class: after the attack, and without one. */
  backdoor: { success: Figure; without: Figure | undefined } | undefined;
}

/** @param done of one rule on one set of data */
export function rowOf(done: readonly Done[]): Row {
  const first = done[0]?.job;
  if (first === undefined) throw new Error("a row of nothing");
  const byAttack = Map.groupBy(done, ({ job }) => job.attack);
  const of = (attack: AttackName, what: "accuracy" | "triggered"): Figure | undefined => {
    const values = byAttack.get(attack)?.map(({ course }) => course[what]);
    return values && figure(values);
  };
  const accuracies = new Map([...byAttack.keys()].map((attack) => [attack, of(attack, "accuracy") as Figure]));
  const lowered = harmful.flatMap((attack) => {
    const measured = accuracies.get(attack);
    return measured === undefined ? [] : [{ attack, ...measured }];
  });
  const worst = lowered.toSorted((a, b) => a.mean - b.mean)[0];
  const success = of("backdoor", "triggered");
  return {
    data: first.data,
    rule: first.rule,
    attacks: Object.fromEntries(accuracies),
    clean: of("none", "accuracy"),
    // The lowest seed of any attack: another attack than the worst on average can have it.
    worst: worst && {
      attack: worst.attack,
      mean: worst.mean,
      worstSeed: Math.min(...lowered.map(({ worstSeed }) => worstSeed)),
    },
    backdoor: success && { success, without: of("none", "triggered") },
  };
}

function figure(seeds: number[]): Figure {
  return { mean: seeds.reduce((sum, value) => sum + value, 0) / seeds.length, worstSeed: Math.min(...seeds), seeds };
}
