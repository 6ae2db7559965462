import { licenseState } from "../../ledger/view/licenseState.ts";
import { isEligible, type RegistryView } from "../../ledger/view/registry.ts";
import type { NetworkView } from "../../ledger/view/network.ts";
import type { TaskView } from "../../ledger/view/task.ts";
import type { Address } from "../../primitives.ts";
import { membersNeeded } from "../thresholds.ts";
import type { Wait } from "./wait.ts";

/** What keeps the next attempt from opening: the council, members, or only that nobody has opened it. */
export function waitToOpen({ registry }: NetworkView, task: TaskView, now: number): Wait {
  const { f, minPeers, startMembers } = task.params;
  const missing = task.members.filter((account) => !isEligible(registry, account, now));
  const wait = {
    round: task.round,
    attempt: undefined,
    phase: undefined,
    since: task.waiting?.since ?? task.createdAt.timestamp,
    until: undefined,
    missing,
    barred: [],
    have: task.members.length - missing.length,
    needed: task.attempt ? membersNeeded(f, minPeers) : startMembers,
  };
  const nobody = { missing: [] };
  if (!registry.approvedTasks.has(task.taskId)) return { ...wait, ...nobody, kind: "approval" };
  // When a pause began is on record only where it kept a round from opening.
  if (registry.paused)
    return { ...wait, ...nobody, kind: "unpause", since: task.waiting?.paused ? task.waiting.since : undefined };
  const reasons = missing.map((account) => whyNot(registry, account, now));
  if (wait.have < wait.needed) return { ...wait, kind: "members", reasons };
  return { ...wait, ...nobody, kind: "opening", since: undefined };
}

/** What keeps an account that is not eligible from being so. */
export function whyNot(registry: RegistryView, account: Address, now: number): NonNullable<Wait["reasons"]>[number] {
  const state = licenseState(registry, account, now);
  return state === "active" ? "not registered" : state;
}
