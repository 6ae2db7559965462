import type { TaskReplay } from "./taskReplay.ts";

/** How texts number what the ledger and JSON count from 0, members and attempts: people count from 1. */
export const numberOf = (index: number): number => index + 1;

/** How findings call a member. */
export function nameOf(task: TaskReplay, member: number): string {
  return `Member ${numberOf(member)} (${task.members[member] ?? "unknown"})`;
}
