import { checkAttestation, checkSubmission, checkVote } from "./audit/checkActs.ts";
import { checkAbort, checkFinal } from "./audit/checkEnd.ts";
import { checkOpening } from "./audit/checkOpening.ts";
import { checkClosing, checkInclusion } from "./audit/checkPhases.ts";
import { RegistryCheck } from "./audit/checkRegistry.ts";
import { checkAbandoned, checkFirstModel, checkRound } from "./audit/checkRound.ts";
import {
  type CheckContext,
  checkAbsence,
  checkRules,
  checkFinish,
  checkJoin,
  checkWaiting,
  createTask,
} from "./audit/checkTask.ts";
import type { Deployment, Keccak256 } from "./audit/digests.ts";
import type { FileCheck } from "./audit/fileCheck.ts";
import type { AuditFiles } from "./audit/files.ts";
import { type Spool, spoolInMemory } from "./audit/spool.ts";
import type { AuditObserver } from "./audit/observer.ts";
import { Recorder } from "./audit/recorder.ts";
import type { AuditReport } from "./audit/report.ts";
import { bestOf, stopOf } from "./audit/stopping.ts";
import { placeOf, type TaskReplay } from "./audit/taskReplay.ts";
import { SwarmError } from "./errors.ts";
import type { EventPosition, LocatedEvent, RegistryEvent, RoundEvent } from "./ledger/events.ts";
import { applyRegistryEvent, emptyRegistry } from "./ledger/view/registry.ts";
import type { MergeKernels } from "./merge/kernels.ts";
import { plainKernels } from "./merge/plainKernels.ts";
import type { Bytes32 } from "./primitives.ts";

/** Where an audit stands; told after every event. */
export interface AuditProgress {
  block: number;
  events: number;
  rounds: number;
  findings: number;
  /** The report as it would be if the ledger ended here; without what only the end shows, files of attempts that are still open. */
  soFar(): AuditReport;
}

export interface AuditDependencies {
  files: AuditFiles;
  deployment: Deployment;
  keccak256: Keccak256;
  /** Where a round's updates wait for their merge; in memory where left out. */
  spool?: Spool;
  /** What merges are recomputed with; the plain ones where left out. */
  kernels?: MergeKernels;
  /** Hears of every update and round that was checked. */
  observer?: AuditObserver;
  onProgress?: (progress: AuditProgress) => void;
  signal?: AbortSignal;
}

type RoundLocated = RoundEvent & { at: EventPosition };

/**
 * Replays the whole ledger with checks of its own, fetches every file it speaks of and recomputes every merge. Believes nobody: events are
 * held against the rules (R1 to R11), files against hashes and rules, finalized models against the merge of the included updates.
 * Memory is the ledger's state, one model and the next, one update, and what the spool keeps of a round.
 * @param events final events in chain order, from the deployment on
 * @throws SwarmError AUDIT_EVENT_ORDER where events do not come in chain order; the signal's reason; what `files` throws unexpectedly
 */
export async function audit(
  events: Iterable<LocatedEvent> | AsyncIterable<LocatedEvent>,
  dependencies: AuditDependencies,
): Promise<AuditReport> {
  const record = new Recorder();
  const registry = emptyRegistry();
  const registryCheck = new RegistryCheck(registry, record);
  const { deployment, keccak256, files, signal, onProgress } = dependencies;
  const { spool = spoolInMemory(), kernels = plainKernels, observer } = dependencies;
  const context: CheckContext = { record, registry, deployment, keccak256 };
  const fileCheck: FileCheck = { files, record, deployment, spool, kernels, observer, signal };
  const tasks = new Map<Bytes32, TaskReplay>();
  const soFar = (): AuditReport => {
    const copy = record.copy();
    for (const task of tasks.values()) {
      const { rules } = task;
      if (!task.wanted) checkRules(copy, task, "notice");
      settleTask(copy, task);
      task.rules = rules;
    }
    return copy.report();
  };
  let last: EventPosition | undefined;
  for await (const event of events) {
    signal?.throwIfAborted();
    requireOrder(last, event.at);
    if (last?.block !== event.at.block) record.counts.blocks++;
    last = event.at;
    record.counts.events++;
    if (isRoundEvent(event)) await applyRoundEvent(context, fileCheck, tasks, event);
    else {
      registryCheck.check(event as RegistryEvent & { at: EventPosition });
      applyRegistryEvent(registry, event as RegistryEvent & { at: EventPosition });
      if (event.type === "TaskApproved") await checkWanted(context, fileCheck, tasks.get(event.taskId));
    }
    const { counts, findings } = record;
    onProgress?.({
      block: event.at.block,
      events: counts.events,
      rounds: counts.roundsFinalized,
      findings: findings.length,
      soFar,
    });
  }
  for (const task of tasks.values()) {
    if (!task.wanted) checkRules(record, task, "notice");
    if (task.rules !== undefined) await checkAbandoned(fileCheck, task, task.rules);
    settleTask(record, task);
  }
  return record.report();
}

/** What can be said of a task once no more events follow. */
function settleTask(record: Recorder, task: TaskReplay): void {
  if (task.round > task.params.rounds && task.phase !== "finished") {
    record.wrong("FINISH_WRONG", `The last of ${task.params.rounds} rounds is final, but the task was not finished.`, {
      task: task.taskId,
    });
  }
  settleMissing(record, task);
  const stopped = stopOf(task);
  if (stopped !== undefined) record.stopped.push(stopped);
}

function isRoundEvent(event: LocatedEvent): event is RoundLocated {
  return "taskId" in event && event.type !== "TaskApproved";
}

function requireOrder(last: EventPosition | undefined, at: EventPosition): void {
  if (last === undefined || at.block > last.block || (at.block === last.block && at.index > last.index)) return;
  const message = `Event ${at.index} of block ${at.block} came after event ${last.index} of block ${last.block}; read the ledger in order.`;
  throw new SwarmError("AUDIT_EVENT_ORDER", message, { at, last });
}

async function applyRoundEvent(
  context: CheckContext,
  files: FileCheck,
  tasks: Map<Bytes32, TaskReplay>,
  event: RoundLocated,
): Promise<void> {
  if (event.type === "TaskCreated") {
    if (tasks.has(event.taskId))
      context.record.wrong("TASK_INVALID", "The task was created a second time.", placeOf(event));
    const task = createTask(context, event);
    tasks.set(event.taskId, task);
    if (context.registry.approvedTasks.has(event.taskId)) await checkWanted(context, files, task);
    return;
  }
  const task = tasks.get(event.taskId);
  if (task === undefined) {
    context.record.wrong("UNKNOWN_TASK", `${event.type} names a task that was never created.`, placeOf(event));
    return;
  }
  switch (event.type) {
    case "MemberJoined":
      await checkWanted(context, files, task);
      return checkJoin(context, task, event);
    case "AbsenceChanged":
      return checkAbsence(context, task, event);
    case "TaskWaiting":
      return checkWaiting(context, task, event);
    case "TaskFinished":
      return checkFinish(context, task, event);
    case "RoundOpened":
      return checkOpening(context, task, event);
    case "UpdateSubmitted":
      return checkSubmission(context, task, event);
    case "SubmissionsClosed":
      return checkClosing(context, task, event);
    case "UpdatesAttested":
      return checkAttestation(context, task, event);
    case "InclusionFixed":
      return checkInclusion(context, task, event);
    case "ModelVoted":
      return checkVote(context, task, event);
    case "RoundAborted":
      return checkAbort(context, task, event);
    case "RoundFinalized": {
      const before = task.final;
      checkFinal(context, task, event);
      // Only an attempt that was open can have become the final one.
      if (task.final !== undefined && task.final !== before) await checkRound(files, task, task.final, event.modelHash);
    }
  }
}

/** Document and first model of a task that the council approved or somebody joined, once. */
async function checkWanted({ record }: CheckContext, files: FileCheck, task: TaskReplay | undefined): Promise<void> {
  if (task === undefined || task.wanted) return;
  task.wanted = true;
  checkRules(record, task, "wrong");
  await checkFirstModel(files, task);
}

/** A missing file is wrong within retention, and the best model always is (R11); older ones could only have been checked earlier. */
function settleMissing(record: Recorder, task: TaskReplay): void {
  const lastFinal = task.final?.round ?? 0;
  const retained = task.rules?.retainRounds ?? "all";
  const best = bestOf(task)?.model;
  for (const { text, where, round } of task.missing) {
    const isOwed = retained === "all" || round > lastFinal - retained || where.file === best;
    if (isOwed) record.wrong("FILE_MISSING", text, where);
    else
      record.cannotCheck(
        `${text} Files are kept for ${retained} rounds only, so it need not be there any more.`,
        where,
      );
  }
}
