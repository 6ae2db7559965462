import type { Liar, Schedule } from "../schedule/schedule.ts";

export interface ShrinkInit {
  /** Whether a schedule still shows what is looked for. */
  shows(schedule: Schedule): Promise<boolean>;
  /** Schedules that may be tried; what is left then is returned. */
  most: number;
  signal: AbortSignal;
  /** Told whenever a smaller one was found. */
  onSmaller?(schedule: Schedule, tried: number): void;
}

const ROLES = ["author", "attester", "voter", "server"] as const;

/**
 * Takes away from a schedule what is not needed to show something: faults in halves, quarters and so on down to single ones (delta debugging:
 * Zeller, Hildebrandt, Simplifying and isolating failure-inducing input, IEEE TSE 28, 2002), then liars, their single lies, noise and joiners; again until nothing more can go.
 * @param schedule one that shows it
 */
export async function shrink(schedule: Schedule, init: ShrinkInit): Promise<Schedule> {
  let smallest = schedule;
  let tried = 0;
  const attempt = async (smaller: Schedule): Promise<boolean> => {
    init.signal.throwIfAborted();
    if (tried >= init.most) return false;
    tried++;
    if (!(await init.shows(smaller))) return false;
    smallest = smaller;
    init.onSmaller?.(smaller, tried);
    return true;
  };
  for (let before: Schedule | undefined; before !== smallest && tried < init.most;) {
    before = smallest;
    await withFewerFaults(() => smallest, attempt);
    for (const simpler of simplifications) {
      for (let i = 0; ; i++) {
        const smaller = simpler(smallest, i);
        if (smaller === undefined) break;
        // What was taken away moved what follows to its place.
        if (smaller !== smallest && (await attempt(smaller)) && simpler === fewerLiars) i--;
      }
    }
  }
  return smallest;
}

type Attempt = (smaller: Schedule) => Promise<boolean>;

async function withFewerFaults(current: () => Schedule, attempt: Attempt): Promise<void> {
  for (let size = Math.ceil(current().faults.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < current().faults.length;) {
      const faults = current().faults.filter((_, i) => i < from || i >= from + size);
      if (!(await attempt({ ...current(), faults }))) from += size;
    }
  }
}

/** The `i`th way to make a schedule simpler; the same schedule where that one is not to be had, undefined after the last. */
type Simplification = (schedule: Schedule, i: number) => Schedule | undefined;

const fewerLiars: Simplification = (schedule, i) =>
  i < schedule.liars.length ? { ...schedule, liars: schedule.liars.filter((_, at) => at !== i) } : undefined;

const fewerLies: Simplification = (schedule, i) => {
  const at = Math.floor(i / ROLES.length);
  const role = ROLES[i % ROLES.length] as (typeof ROLES)[number];
  const liar = schedule.liars[at];
  if (!liar) return undefined;
  if (liar[role] === "honest") return schedule;
  const changed: Liar = { ...liar, [role]: "honest" };
  return { ...schedule, liars: schedule.liars.map((each, other) => (other === at ? changed : each)) };
};

const calmer: Simplification = (schedule, i) => {
  const { noise, joiners, faults, earlyStopping } = schedule;
  switch (i) {
    case 0:
      return noise.duplicates === 0 ? schedule : { ...schedule, noise: { ...noise, duplicates: 0 } };
    case 1:
      return noise.transactionMs <= 300 ? schedule : { ...schedule, noise: { ...noise, transactionMs: 300 } };
    case 2:
      return joiners === 0 || faults.some(({ kind }) => kind === "join") ? schedule : { ...schedule, joiners: 0 };
    case 3:
      return earlyStopping === undefined ? schedule : { ...schedule, earlyStopping: undefined };
    case 4:
      return schedule.agrees === true ? { ...schedule, agrees: false } : schedule;
    case 5:
      return earlyStopping === undefined || earlyStopping.lies === "none"
        ? schedule
        : { ...schedule, earlyStopping: { ...earlyStopping, lies: "none" } };
    default:
      return undefined;
  }
};

const simplifications = [fewerLiars, fewerLies, calmer];
