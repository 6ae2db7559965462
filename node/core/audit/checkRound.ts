import { SwarmError } from "../errors.ts";
import { NO_EVALUATION } from "../ledger/events.ts";
import { count, has, isSubset } from "../ledger/masks.ts";
import { type FileMerge, mergeFiles } from "../merge/mergeFiles.ts";
import type { MergeContext } from "../merge/rule.ts";
import type { Bytes32 } from "../primitives.ts";
import type { Model } from "../weights.ts";
import { nameOf } from "./nameOf.ts";
import { checkUpdate } from "./checkUpdate.ts";
import type { FileCheck } from "./fileCheck.ts";
import { abandonedUpdates, filesOfRound, inMemberOrder, votersFor } from "./filesOfRound.ts";
import type { CheckedRound } from "./observer.ts";
import type { Where } from "./report.ts";
import { storedModel } from "./storedModel.ts";
import { submittedMask } from "./tally.ts";
import type { AttemptReplay, TaskReplay, TaskRules } from "./taskReplay.ts";

/** The first model: fetched, checked, and kept as the first round's base. */
export async function checkFirstModel(check: FileCheck, task: TaskReplay): Promise<void> {
  if (task.rules === undefined) return;
  const where = { task: task.taskId, round: 0 };
  task.current = await storedModel(check, task, task.rules, task.params.modelHash, where, []);
}

/**
 * A final round: every submitted update (also of the round's aborted attempts) is fetched and validated, the merge of the included
 * ones recomputed and compared with what was finalized. Leaves the finalized model in `task.current` where they can be had.
 */
export async function checkRound(
  check: FileCheck,
  task: TaskReplay,
  attempt: AttemptReplay,
  finalized: Bytes32,
): Promise<void> {
  const { record } = check;
  const where: Where = { task: task.taskId, round: attempt.round, attempt: attempt.attempt };
  const { rules } = task;
  if (rules === undefined) {
    record.cannotCheck(`Round ${attempt.round} could not be checked: the task's document cannot be read.`, where);
    await check.observer?.round(checkedRound(task, attempt, finalized, "not"));
    return;
  }
  check.files.ahead?.(filesOfRound(check, task, rules, attempt, finalized));
  await checkAbandoned(check, task, rules, attempt);
  await check.spool.clear();
  const included: FileMerge["included"][number][] = [];
  // A ledger may also include what it never recorded a submission of.
  let complete = isSubset(attempt.included, submittedMask(attempt));
  for (const submission of inMemberOrder(attempt)) {
    const bytes = await checkUpdate(check, task, rules, attempt, submission);
    const { member, weight, sha256 } = submission;
    if (!has(attempt.included, member)) continue;
    if (bytes === undefined) complete = false;
    else {
      await check.spool.put(sha256, bytes);
      included.push({ member, weight, sha256 });
    }
  }
  const base = task.current;
  task.current = undefined;
  const context: MergeContext = { f: task.params.f, seed: attempt.seen };
  const merged =
    base !== undefined && complete
      ? await recompute(check, { base, included, config: rules.merge, context }, finalized, where)
      : undefined;
  await check.spool.clear();
  if (merged === undefined) {
    const why = base === undefined ? "the model it starts from is not there" : "not all of its updates are";
    record.cannotCheck(`The merge of round ${attempt.round} could not be recomputed: ${why}.`, {
      ...where,
      file: finalized,
    });
  } else {
    record.counts.mergesRecomputed++;
    nameVotes(check, task, attempt, merged.hash, finalized);
  }
  const agreed = merged?.hash === finalized ? merged.model : undefined;
  const voters = votersFor(attempt, finalized);
  task.current = await storedModel(check, task, rules, finalized, where, voters, agreed);
  const outcome = merged === undefined ? "not" : merged.hash === finalized ? "equal" : "different";
  await check.observer?.round(checkedRound(task, attempt, finalized, outcome));
}

function checkedRound(
  task: TaskReplay,
  attempt: AttemptReplay,
  model: Bytes32,
  merge: CheckedRound["merge"],
): CheckedRound {
  const voters = votersFor(attempt, model);
  return {
    task: task.taskId,
    round: attempt.round,
    attempt: attempt.attempt,
    base: attempt.base,
    model,
    members: count(attempt.snapshot),
    submitted: attempt.submissions.size,
    included: count(attempt.included),
    voters,
    evaluations: voters
      .map((member) => attempt.evaluations.get(member) ?? NO_EVALUATION)
      .filter((evaluation) => evaluation !== NO_EVALUATION),
    score: task.scores.at(-1)?.score,
    merge,
  };
}

/** Updates of attempts of this round that were aborted after their files had been published. */
export async function checkAbandoned(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  final?: AttemptReplay,
): Promise<void> {
  for (const { attempt, submission } of abandonedUpdates(task, final))
    await checkUpdate(check, task, rules, attempt, submission);
  task.abandoned = [];
}

async function recompute(
  { record, spool, kernels, signal }: FileCheck,
  merge: FileMerge,
  finalized: Bytes32,
  where: Where,
): Promise<{ hash: Bytes32 | undefined; model?: Model }> {
  try {
    const { sha256, model } = await mergeFiles(merge, { open: (name) => spool.open(name), kernels, signal });
    return { hash: sha256, model };
  } catch (error) {
    signal?.throwIfAborted();
    // Files were right when they went to the spool: that they are not any more says something about this machine only.
    if (!(error instanceof SwarmError) || !error.code.startsWith("MERGE_")) throw error;
    const text = `Round ${where.round} was finalized with model ${finalized}, but its updates have no merge: ${error.message}`;
    record.wrong("MERGE_WRONG", text, { ...where, file: finalized });
    return { hash: undefined };
  }
}

/** Says who voted for what nobody should have computed. */
function nameVotes(
  { record }: FileCheck,
  task: TaskReplay,
  attempt: AttemptReplay,
  right: Bytes32 | undefined,
  finalized: Bytes32,
): void {
  const where: Where = { task: task.taskId, round: attempt.round, attempt: attempt.attempt };
  if (right !== undefined && right !== finalized) {
    const voters = votersFor(attempt, finalized).map((member) => nameOf(task, member));
    const text = `The merge of round ${attempt.round} is ${right}, but ${finalized} was finalized, by the votes of ${voters.join(", ")}.`;
    record.wrong("MERGE_WRONG", text, { ...where, file: finalized });
  }
  for (const [member, hash] of attempt.votes) {
    if (right === undefined || hash === right || hash === finalized) continue;
    const text = `${nameOf(task, member)} voted for ${hash} in round ${attempt.round}; the merge is ${right}.`;
    record.notice("VOTE_WRONG", text, { ...where, member, file: hash });
  }
}
