import type { Submission } from "../ledger/view/task.ts";
import type { Bytes32 } from "../primitives.ts";
import { updateContext } from "./checkUpdate.ts";
import { contextOf, type FileCheck } from "./fileCheck.ts";
import type { WantedFile } from "./files.ts";
import type { AttemptReplay, TaskReplay, TaskRules } from "./taskReplay.ts";

/** What a final round's check reads, in the order in which it does. */
export function filesOfRound(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  attempt: AttemptReplay,
  model: Bytes32,
): WantedFile[] {
  const own = inMemberOrder(attempt).map((submission) => ({ attempt, submission }));
  const updates = [...abandonedUpdates(task, attempt), ...own].map(({ attempt: of, submission }): WantedFile => {
    const context = updateContext(check, task, rules, of, submission);
    return { kind: "update", sha256: submission.sha256, context };
  });
  const context = contextOf(check, task, rules, "model", attempt.round, votersFor(attempt, model));
  return [...updates, { kind: "model", sha256: model, context }];
}

/** Updates of the round's attempts that were aborted, each file once, but for those that the final attempt has too. */
export function abandonedUpdates(
  { abandoned }: TaskReplay,
  final?: AttemptReplay,
): { attempt: AttemptReplay; submission: Submission }[] {
  const seen = new Set<Bytes32>([...(final?.submissions.values() ?? [])].map(({ sha256 }) => sha256));
  const updates = [];
  for (const attempt of abandoned) {
    for (const submission of inMemberOrder(attempt)) {
      if (!seen.has(submission.sha256)) updates.push({ attempt, submission });
      seen.add(submission.sha256);
    }
  }
  return updates;
}

export function inMemberOrder(attempt: AttemptReplay): Submission[] {
  return [...attempt.submissions.values()].sort((a, b) => a.member - b.member);
}

export const votersFor = ({ votes }: AttemptReplay, model: Bytes32): number[] =>
  [...votes].filter(([, hash]) => hash === model).map(([member]) => member);
