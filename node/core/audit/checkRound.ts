import { decodeModel, encodeModel } from "../codec.ts";
import { SwarmError } from "../errors.ts";
import { sha256 } from "../hash.ts";
import { has, isSubset } from "../ledger/masks.ts";
import type { Submission } from "../ledger/view/task.ts";
import { type Contribution, mergeModel } from "../merge/merge.ts";
import { type Bytes32, PROTOCOL_VERSION } from "../primitives.ts";
import { maxFileBytes, specDifference, validateUpdate } from "../update.ts";
import type { Weights } from "../weights.ts";
import { nameOf } from "./checkActs.ts";
import { submittedMask } from "./checkPhases.ts";
import type { Deployment } from "./digests.ts";
import { type AuditFiles, readCopies } from "./files.ts";
import type { Recorder } from "./recorder.ts";
import type { Where } from "./report.ts";
import type { AttemptReplay, TaskReplay, TaskRules } from "./taskReplay.ts";

/** What a round's files are checked with. One round's updates are in memory at a time, and one model. */
export interface FileCheck {
  files: AuditFiles;
  record: Recorder;
  deployment: Deployment;
  signal?: AbortSignal | undefined;
}

/** The first model: fetched, checked, and kept as the first round's base. */
export async function checkFirstModel(check: FileCheck, task: TaskReplay): Promise<void> {
  if (task.rules === undefined) return;
  const where = { task: task.taskId, round: 0 };
  task.weights = await storedModel(check, task, task.rules, task.params.modelHash, where, []);
}

/**
 * A final round: every submitted update (also of the round's aborted attempts) is fetched and validated, the merge of the included
 * ones recomputed and compared with what was finalized. Leaves the finalized model's weights in `task.weights` where they can be had.
 */
export async function checkRound(check: FileCheck, task: TaskReplay, attempt: AttemptReplay, finalized: Bytes32): Promise<void> {
  const { record } = check;
  const where: Where = { task: task.taskId, round: attempt.round, attempt: attempt.attempt };
  const { rules } = task;
  if (rules === undefined) {
    record.cannotCheck(`Round ${attempt.round} could not be checked: the task's document cannot be read.`, where);
    return;
  }
  await checkAbandoned(check, task, rules, attempt);
  const contributions: Contribution[] = [];
  // A ledger may also include what it never recorded a submission of.
  let complete = isSubset(attempt.included, submittedMask(attempt));
  for (const submission of inMemberOrder(attempt)) {
    const delta = await checkUpdate(check, task, rules, attempt, submission);
    if (!has(attempt.included, submission.member)) continue;
    if (delta === undefined) complete = false;
    else contributions.push({ member: submission.member, weight: submission.weight, delta });
  }
  const base = task.weights;
  task.weights = undefined;
  const model = base !== undefined && complete ? recompute(check, rules, base, contributions, finalized, where) : undefined;
  if (model === undefined) {
    const why = base === undefined ? "the model it starts from is not there" : "not all of its updates are";
    record.cannotCheck(`The merge of round ${attempt.round} could not be recomputed: ${why}.`, { ...where, file: finalized });
  } else {
    record.counts.mergesRecomputed++;
    nameVotes(check, task, attempt, model.hash, finalized);
  }
  const agreed = model?.hash === finalized ? model.weights : undefined;
  const voters = [...attempt.votes].filter(([, hash]) => hash === finalized).map(([member]) => member);
  task.weights = await storedModel(check, task, rules, finalized, where, voters, agreed);
}

/** Updates of attempts of this round that were aborted after their files had been published. */
export async function checkAbandoned(check: FileCheck, task: TaskReplay, rules: TaskRules, final?: AttemptReplay): Promise<void> {
  const seen = new Set<Bytes32>([...(final?.submissions.values() ?? [])].map(({ sha256 }) => sha256));
  for (const attempt of task.abandoned) {
    for (const submission of inMemberOrder(attempt)) {
      if (!seen.has(submission.sha256)) await checkUpdate(check, task, rules, attempt, submission);
      seen.add(submission.sha256);
    }
  }
  task.abandoned = [];
}

function inMemberOrder(attempt: AttemptReplay): Submission[] {
  return [...attempt.submissions.values()].sort((a, b) => a.member - b.member);
}

/** @returns the update's delta if it is there and valid */
async function checkUpdate(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  attempt: AttemptReplay,
  submission: Submission,
): Promise<Weights | undefined> {
  const { record, deployment } = check;
  const { member, cid } = submission;
  const author = task.members[member];
  const holders = [...attempt.attestations].filter(([, { held }]) => has(held, member)).map(([holder]) => holder);
  const refusers = [...attempt.attestations].filter(([, { refused }]) => has(refused, member)).map(([holder]) => holder);
  const included = has(attempt.included, member);
  const where: Where = { task: task.taskId, round: attempt.round, attempt: attempt.attempt, member, file: submission.sha256 };
  if (author !== undefined) where.account = author;
  const bytes = await readCopies(check.files, record, "update", submission.sha256, {
    ...contextOf(check, task, rules, attempt.round, holders),
    ...(author === undefined ? {} : { author }),
    cid,
  }, where);
  if (bytes === "unreachable") return undefined;
  if (bytes === "none") {
    // An update that nobody held was perhaps never readable by anyone: the swarm went on without it, as it should.
    if (holders.length > 0) {
      const text = `The update of ${nameOf(task, member)} in round ${attempt.round} is missing: nobody has file ${submission.sha256}.`;
      task.missing.push({ text, where, round: attempt.round });
    }
    return undefined;
  }
  const { genesis, ledger } = deployment;
  const header = { version: PROTOCOL_VERSION, genesis, ledger, task: task.taskId, round: attempt.round, node: author ?? "", base: attempt.base };
  const verdict = validateUpdate(bytes, { sha256: submission.sha256, header, specs: rules.specs, maxNorm: rules.maxNorm });
  record.counts.updatesChecked++;
  const false_ = verdict.ok ? refusers : holders;
  for (const attester of false_) {
    const text = `${nameOf(task, attester)} ${verdict.ok ? "refused" : "attested to hold"} the update of member ${member}, which is ${verdict.ok ? "valid" : "invalid"}.`;
    record.notice("ATTESTATION_FALSE", text, { ...where, member: attester, ...(task.members[attester] ? { account: task.members[attester] } : {}) });
  }
  if (verdict.ok) return verdict.delta;
  const text = `The update of ${nameOf(task, member)} in round ${attempt.round} is invalid (${verdict.reason}): ${verdict.detail}`;
  if (included) record.wrong("UPDATE_INVALID", `${text} It was merged all the same.`, where);
  else record.notice("UPDATE_INVALID", `${text} It was not merged.`, where);
  return undefined;
}

function recompute(
  { record }: FileCheck,
  rules: TaskRules,
  base: Weights,
  contributions: Contribution[],
  finalized: Bytes32,
  where: Where,
): { hash: Bytes32 | undefined; weights?: Weights } | undefined {
  try {
    const weights = mergeModel(base, contributions, rules.merge);
    return { hash: sha256(encodeModel(weights)), weights };
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    const text = `Round ${where.round} was finalized with model ${finalized}, but its updates have no merge: ${error.message}`;
    record.wrong("MERGE_WRONG", text, { ...where, file: finalized });
    return { hash: undefined };
  }
}

/** Says who voted for what nobody should have computed. */
function nameVotes({ record }: FileCheck, task: TaskReplay, attempt: AttemptReplay, right: Bytes32 | undefined, finalized: Bytes32): void {
  const where: Where = { task: task.taskId, round: attempt.round, attempt: attempt.attempt };
  if (right !== undefined && right !== finalized) {
    const voters = [...attempt.votes].filter(([, hash]) => hash === finalized).map(([member]) => nameOf(task, member));
    const text = `The merge of round ${attempt.round} is ${right}, but ${finalized} was finalized, by the votes of ${voters.join(", ")}.`;
    record.wrong("MERGE_WRONG", text, { ...where, file: finalized });
  }
  for (const [member, hash] of attempt.votes) {
    if (right === undefined || hash === right || hash === finalized) continue;
    const text = `${nameOf(task, member)} voted for ${hash} in round ${attempt.round}; the merge is ${right}.`;
    record.notice("VOTE_WRONG", text, { ...where, member, file: hash });
  }
}

/** Checks the copies of a model. @returns its weights: `agreed` if it was recomputed, else what sources have (R8) */
async function storedModel(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  hash: Bytes32,
  where: Where,
  voters: number[],
  agreed?: Weights,
): Promise<Weights | undefined> {
  const { record } = check;
  const round = where.round ?? 0;
  const bytes = await readCopies(check.files, record, "model", hash, contextOf(check, task, rules, round, voters), where);
  if (bytes === "unreachable") return agreed;
  if (bytes === "none") {
    const text = `Model ${hash} of round ${round} is missing: nobody has it`;
    if (agreed === undefined) task.missing.push({ text: `${text}.`, where: { ...where, file: hash }, round });
    else record.notice("MODEL_REBUILT", `${text}, but it could be rebuilt from the updates.`, { ...where, file: hash });
    return agreed;
  }
  if (agreed !== undefined) return agreed;
  try {
    const weights = decodeModel(bytes);
    const difference = specDifference(weights.specs, rules.specs);
    if (difference === undefined) return weights;
    record.wrong("MODEL_INVALID", `Model ${hash} of round ${round} is not one of this task: ${difference}`, { ...where, file: hash });
  } catch (error) {
    if (!(error instanceof SwarmError)) throw error;
    record.wrong("MODEL_INVALID", `Model ${hash} of round ${round} is no model file (${error.code}): ${error.message}`, { ...where, file: hash });
  }
  return undefined;
}

function contextOf(check: FileCheck, task: TaskReplay, rules: TaskRules, round: number, holders: readonly number[]) {
  const accounts = holders.flatMap((member) => task.members[member] ?? []);
  return { taskId: task.taskId, round, holders: accounts, maxBytes: maxFileBytes(rules.specs), signal: check.signal };
}
