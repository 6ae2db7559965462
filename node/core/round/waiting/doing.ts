import { members } from "../../ledger/masks.ts";
import { holdersOf, type TaskView } from "../../ledger/view/task.ts";
import type { RoundAct } from "../../ledger/acts.ts";
import type { Address } from "../../primitives.ts";
import type { Effect } from "../effects.ts";
import { plan } from "../plan/plan.ts";
import { type RoundState, taskOf } from "../state.ts";

/** What the planner sends; joining and creating a task are people's acts. */
type PlannedAct = Exclude<RoundAct["type"], "createTask" | "join">;

/** Something that the node itself has still to do. */
export interface Doing {
  what: "train" | "seal" | "open" | "merge" | "obtainModel" | "evaluate" | PlannedAct;
  /** Of an update: its author. */
  of: Address | undefined;
  /** Of a file: who is asked for it. */
  from: readonly Address[];
  /** How often it failed so far. */
  failed: number;
  /** An act that is in a block, which is not final here yet. */
  isSent: boolean;
}

/** What is planned now, told so that people see what it waits for: whose files come from whom, and what failed before. */
export function doingOf(state: RoundState): Doing[] {
  const task = taskOf(state);
  return plan(state).flatMap((effect) => {
    const told = tell(state, task, effect);
    if (!told) return [];
    const failed = state.local.failures.get(effect.key)?.attempts ?? 0;
    return [{ of: undefined, from: [], ...told, failed, isSent: state.local.sent.has(effect.key) }];
  });
}

type Told = Pick<Doing, "what"> & Partial<Doing>;

function tell(state: RoundState, task: TaskView, effect: Effect): Told | undefined {
  switch (effect.type) {
    case "act": {
      const { type } = effect.act;
      return type === "createTask" || type === "join" ? undefined : { what: type };
    }
    case "open": {
      const { member } = effect.submission;
      const of = task.members[member] as Address;
      // Its own update is on its disk.
      return of === state.account ? undefined : { what: "open", of, from: holders(state, task, member) };
    }
    case "obtainModel":
      return { what: "obtainModel", from: modelHolders(state, task, effect.sha256) };
    case "train":
    case "seal":
    case "merge":
    case "evaluate":
      return { what: effect.type };
    default:
      // Offering and deleting wait for nobody, and nobody for them.
      return undefined;
  }
}

/** The author, then those who attested that they hold it. */
function holders({ account }: RoundState, task: TaskView, author: number): Address[] {
  const attested = task.attempt ? holdersOf(task.attempt, author) : [];
  const all = [author, ...attested].flatMap((member) => task.members[member] ?? []);
  return [...new Set(all)].filter((holder) => holder !== account);
}

function modelHolders({ account }: RoundState, task: TaskView, sha256: string): Address[] {
  const final = task.history.findLast(({ modelHash }) => modelHash === sha256);
  const all = final ? members(final.voters).flatMap((member) => task.members[member] ?? []) : [task.creator];
  return all.filter((holder) => holder !== account);
}
