import type { TaskReplay } from "./taskReplay.ts";

/** How findings call a member. */
export function nameOf(task: TaskReplay, member: number): string {
  return `Member ${member} (${task.members[member] ?? "unknown"})`;
}
