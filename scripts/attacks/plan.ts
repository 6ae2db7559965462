import { type AttackName, attackNames } from "./attacks.ts";
import type { Job } from "./course.ts";
import type { SourceName } from "./data.ts";
import { usualRules } from "./ruleNames.ts";

/** What a table is made of. */
export interface Settings {
  data: SourceName[];
  rules: string[];
  attacks: AttackName[];
  /** How many, from 1 on. */
  seeds: number;
  alpha: number;
  nodes: number;
  faulty: number;
  /** Undefined: as the data's source has it. */
  rounds: number | undefined;
}

export const usual: Readonly<Settings> = {
  data: ["digits", "wdbc"],
  rules: usualRules,
  attacks: attackNames,
  seeds: 3,
  alpha: 1,
  nodes: 10,
  faulty: 3,
  rounds: undefined,
};

/** A look within seconds, too short for figures. */
export const quick: Readonly<Settings> = { ...usual, rules: ["mean", "trimmedMean", "default"], seeds: 1, rounds: 5 };

/** Every swarm that has to be run, a table's row after the other. */
export function jobsOf({ data, rules, attacks, seeds, alpha, nodes, faulty, rounds }: Settings): Job[] {
  const each = Array.from({ length: seeds }, (_, i) => i + 1);
  return data.flatMap((data) =>
    rules.flatMap((rule) =>
      attacks.flatMap((attack) => each.map((seed) => ({ data, rule, attack, seed, alpha, nodes, faulty, rounds }))),
    ),
  );
}
