import { has } from "../ledger/masks.ts";
import type { Submission } from "../ledger/view/task.ts";
import { PROTOCOL_VERSION } from "../primitives.ts";
import { holdersNeeded } from "../round/thresholds.ts";
import { validateUpdate } from "../update.ts";
import { nameOf, numberOf } from "./nameOf.ts";
import { contextOf, type FileCheck } from "./fileCheck.ts";
import { type FileContext, readCopies } from "./files.ts";
import type { CheckedUpdate } from "./observer.ts";
import type { Where } from "./report.ts";
import type { AttemptReplay, TaskReplay, TaskRules } from "./taskReplay.ts";

/** What helps to find a submitted update: its author's sealed file, and who attested to hold it. */
export function updateContext(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  attempt: AttemptReplay,
  { member, cid }: Submission,
): FileContext {
  const author = task.members[member];
  const context = contextOf(check, task, rules, "update", attempt.round, holdersOf(attempt, member));
  return { ...context, ...(author === undefined ? {} : { author }), cid };
}

const holdersOf = ({ attestations }: AttemptReplay, member: number): number[] =>
  [...attestations].filter(([, { held }]) => has(held, member)).map(([holder]) => holder);

/**
 * Fetches one submitted update and validates it (R4); names who attested to something else.
 * @returns its file if it is there and valid
 */
export async function checkUpdate(
  check: FileCheck,
  task: TaskReplay,
  rules: TaskRules,
  attempt: AttemptReplay,
  submission: Submission,
): Promise<Uint8Array | undefined> {
  const { record, deployment } = check;
  const { member } = submission;
  const author = task.members[member];
  const holders = holdersOf(attempt, member);
  const refusers = [...attempt.attestations]
    .filter(([, { refused }]) => has(refused, member))
    .map(([holder]) => holder);
  const included = has(attempt.included, member);
  const where: Where = {
    task: task.taskId,
    round: attempt.round,
    attempt: attempt.attempt,
    member,
    file: submission.sha256,
  };
  if (author !== undefined) where.account = author;
  const { taskId: id } = task;
  const tell = async (state: CheckedUpdate["state"], more: Pick<CheckedUpdate, "bytes" | "norm"> = {}): Promise<void> =>
    check.observer?.update({
      task: id,
      round: attempt.round,
      attempt: attempt.attempt,
      member,
      account: author,
      file: submission.sha256,
      weight: submission.weight,
      state,
      included,
      held: holders.length,
      refused: refusers.length,
      ...more,
    });
  const bytes = await readCopies(
    check.files,
    record,
    "update",
    submission.sha256,
    updateContext(check, task, rules, attempt, submission),
    where,
  );
  if (bytes === "unreachable") {
    await tell("unreachable");
    return undefined;
  }
  if (bytes === "none") {
    const text = `The update of ${nameOf(task, member)} in round ${attempt.round} is missing: ${check.files.nobody ?? "nobody"} has file ${submission.sha256}.`;
    // An update that too few held was perhaps never readable by anyone: the swarm went on without it, as it should, and fewer than
    // enough holders can all be liars. They promised to keep it, so they are named; nobody held it, nobody is.
    if (included || holders.length >= holdersNeeded(task.params.f))
      task.missing.push({ text, where, round: attempt.round });
    else if (holders.length > 0) {
      const names = holders.map((holder) => nameOf(task, holder)).join(", ");
      record.notice("FILE_MISSING", `${text} It was not merged. It was attested to be held by ${names}.`, where);
    }
    await tell("missing");
    return undefined;
  }
  const { genesis, ledger } = deployment;
  const header = {
    version: PROTOCOL_VERSION,
    genesis,
    ledger,
    task: task.taskId,
    round: attempt.round,
    node: author ?? "",
    base: attempt.base,
  };
  const verdict = validateUpdate(bytes, {
    sha256: submission.sha256,
    header,
    specs: rules.specs,
    maxNorm: rules.maxNorm,
  });
  record.counts.updatesChecked++;
  const said = verdict.ok ? "refused" : "attested to hold";
  for (const attester of verdict.ok ? refusers : holders) {
    const text = `${nameOf(task, attester)} ${said} the update of member ${numberOf(member)}, which is ${verdict.ok ? "valid" : "invalid"}.`;
    const account = task.members[attester];
    record.notice("ATTESTATION_FALSE", text, {
      ...where,
      member: attester,
      ...(account === undefined ? {} : { account }),
    });
  }
  if (verdict.ok) {
    await tell(included ? "merged" : "left", { bytes: bytes.length, norm: Math.sqrt(verdict.squaredNorm) });
    return bytes;
  }
  const text = `The update of ${nameOf(task, member)} in round ${attempt.round} is invalid (${verdict.reason}): ${verdict.detail}`;
  if (included) record.wrong("UPDATE_INVALID", `${text} It was merged all the same.`, where);
  else record.notice("UPDATE_INVALID", `${text} It was not merged.`, where);
  await tell("invalid", { bytes: bytes.length });
  return undefined;
}
