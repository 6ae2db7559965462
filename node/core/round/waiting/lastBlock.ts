import type { NetworkView } from "../../ledger/view/network.ts";
import type { TaskView } from "../../ledger/view/task.ts";

/** Seconds after which the last block is old, on a chain whose blocks are not known to come more slowly. */
export const OLD_BLOCK_SECONDS = 30;

/**
 * The age of the last block in seconds, where it tells that the chain may stand still: a phase is over or needs more blocks, and none came
 * for long. Chains that make blocks for transactions only are silent otherwise.
 */
export function oldBlock(
  { head, timestamp }: NetworkView,
  task: TaskView,
  now: number,
  oldAfter = OLD_BLOCK_SECONDS,
): number | undefined {
  const { attempt, phase } = task;
  if (phase !== "running" || !attempt) return undefined;
  const needsBlocks = now >= attempt.deadline || head + 1 < attempt.deadlineBlock;
  const age = now - timestamp;
  return needsBlocks && age >= oldAfter ? age : undefined;
}
