import type { RoundAct } from "../../../core/ledger/acts.ts";
import { has } from "../../../core/ledger/masks.ts";
import { type Bytes32, MAX_MEMBERS } from "../../../core/primitives.ts";
import { type ActContext, attest, callingMember, submit, vote } from "./memberActs.ts";
import { candidates, closeAttest, closeMerge, closeSubmit, deadlinePassed, open } from "./rounds.ts";
import { absent, isOpen, newTask, Phase, type TaskState } from "./task.ts";
import { checkTask } from "./taskRules.ts";
import { revert, type Transaction } from "./transaction.ts";
import { words } from "./words.ts";

/** State of contracts/SwarmLedger.sol. */
export type Tasks = Map<Bytes32, TaskState>;

/** What the ledger asks its registry. */
export interface TaskContext extends ActContext {
  isLicensor(account: string): boolean;
  isTaskApproved(taskId: Bytes32): boolean;
}

/** Runs one act; throws `Revert` before it has changed anything. */
export function runRoundAct(tasks: Tasks, ctx: TaskContext, tx: Transaction, act: RoundAct): void {
  if (act.type === "createTask") return createTask(tasks, ctx, tx, act);
  const taskId = "ref" in act ? act.ref.taskId : act.taskId;
  const task = tasks.get(taskId);
  if (!task) return revert("UnknownTask", { taskId });
  switch (act.type) {
    case "submit":
      return submit(ctx, tx, task, act);
    case "attest":
      return attest(ctx, tx, task, act);
    case "vote":
      return vote(ctx, tx, task, act);
    case "join":
      return join(ctx, tx, taskId, task);
    case "comeBack":
      return comeBack(ctx, tx, taskId, task);
    case "advance":
      return advance(ctx, tx, taskId, task);
  }
}

function createTask(tasks: Tasks, ctx: TaskContext, tx: Transaction, act: RoundAct & { type: "createTask" }): void {
  const { params, document, modelCid } = act;
  const creator = tx.sender;
  if (!ctx.isLicensor(creator) && !ctx.isEligible(creator, tx.timestamp)) revert("NotEligible", { account: creator });
  const taskId = taskIdOf(ctx, params);
  if (tasks.has(taskId)) revert("TaskExists", { taskId });
  checkTask(params, document, modelCid);
  tasks.set(taskId, newTask(params));
  tx.emit({ type: "TaskCreated", taskId, creator, params, document, modelCid });
}

/** `ISwarmLedger.taskIdOf`. */
function taskIdOf(ctx: TaskContext, params: TaskState["params"]): Bytes32 {
  const {
    documentHash,
    modelHash,
    f,
    minPeers,
    startMembers,
    rounds,
    submitSeconds,
    attestSeconds,
    mergeSeconds,
    maxWeight,
    evaluations,
  } = params;
  const counts = [f, minPeers, startMembers, rounds, submitSeconds, attestSeconds, mergeSeconds, maxWeight];
  return ctx.hash(words(ctx.chainId, ctx.ledger, documentHash, modelHash, ...counts, evaluations));
}

function join(ctx: TaskContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  const account = tx.sender;
  if (task.phase === Phase.Finished) revert("TaskFinishedAlready", { taskId });
  if (!ctx.isTaskApproved(taskId)) revert("NotApproved", { taskId });
  if (!ctx.isEligible(account, tx.timestamp)) revert("NotEligible", { account });
  if (task.members.some((member) => member.account === account)) revert("AlreadyMember", { taskId, account });
  if (task.members.length === MAX_MEMBERS) revert("TaskFull", { taskId });
  const index = task.members.push({ account, file: undefined, held: 0n, refused: 0n, missed: 0 }) - 1;
  tx.emit({ type: "MemberJoined", taskId, account, index });
  if (task.phase === Phase.Waiting) open(ctx, tx, taskId, task);
}

function comeBack(ctx: TaskContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  if (task.phase === Phase.Finished) revert("TaskFinishedAlready", { taskId });
  const { index, member } = callingMember(ctx, tx, taskId, task);
  if (!has(absent(task), index)) revert("NotAbsent", { account: tx.sender });
  member.missed = 0;
  tx.emit({ type: "AbsenceChanged", taskId, absent: absent(task) });
  if (task.phase === Phase.Waiting) open(ctx, tx, taskId, task);
}

function advance(ctx: TaskContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  if (task.phase === Phase.Waiting && candidates(ctx, task, tx.timestamp).snapshot !== 0n)
    return open(ctx, tx, taskId, task);
  if (!isOpen(task)) revert("TooEarly", { deadline: 0, deadlineBlock: 0 });
  const { deadline, deadlineBlock } = task;
  if (!deadlinePassed(tx, task)) revert("TooEarly", { deadline, deadlineBlock });
  if (task.phase === Phase.Submit) closeSubmit(ctx, tx, taskId, task);
  else if (task.phase === Phase.Attest) closeAttest(ctx, tx, taskId, task);
  else closeMerge(ctx, tx, taskId, task);
}
