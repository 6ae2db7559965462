/** One transaction as those that check a ledger see it. */
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address } from "../../../node/core/primitives.ts";
import type { RegistryFacts } from "./modelTask.ts";
import type { Outcome, State } from "./world.ts";

export interface Step {
  sender: Address;
  act: RoundAct;
  outcome: Outcome;
  before: State;
  after: State;
  /** What the registry said then. */
  facts: RegistryFacts;
  params: TaskParams;
  minPhaseBlocks: number;
}

/** A rule of the protocol that a ledger has broken. */
export class Violation extends Error {
  readonly rule: string;
  constructor(rule: string, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
  }
}

export function hold(condition: boolean, rule: string, detail: string): void {
  if (!condition) throw new Violation(rule, detail);
}

/** @returns the value, if there is one */
export function present<T>(value: T | undefined, rule: string, detail: string): T {
  if (value === undefined) throw new Violation(rule, detail);
  return value;
}

export const has = (mask: bigint, member: number): boolean => member >= 0 && ((mask >> BigInt(member)) & 1n) === 1n;

export function count(mask: bigint): number {
  let bits = 0;
  for (let rest = mask; rest > 0n; rest >>= 1n) bits += Number(rest & 1n);
  return bits;
}

export const isSubset = (part: bigint, whole: bigint): boolean => (part & ~whole) === 0n;
