import type { AbortReason } from "../../../core/ledger/events.ts";
import { count, has, isSubset } from "../../../core/ledger/masks.ts";
import type { Address, Bytes32, MemberMask } from "../../../core/primitives.ts";
import { absent, neededHolders, neededMembers, Phase, type TaskState } from "./task.ts";
import type { LedgerRules } from "./rules.ts";
import type { Transaction } from "./transaction.ts";
import { type HashFunction, words } from "./words.ts";

const MAX_GROWTH = 4;

/** What rounds need besides the task: the registry's word and this ledger's identity. */
export interface RoundContext {
  chainId: number;
  ledger: Address;
  minPhaseBlocks: number;
  hash: HashFunction;
  rules: LedgerRules;
  isEligible(account: Address, now: number): boolean;
  paused(): boolean;
}

/** Who would be in a snapshot taken now; 0 where no attempt can open. */
export function candidates(
  ctx: RoundContext,
  task: TaskState,
  now: number,
): { snapshot: MemberMask; needed: number; eligible: MemberMask } {
  const needed = neededMembers(ctx.rules, task);
  const eligible = task.members.reduce(
    (mask, { account }, i) => (ctx.isEligible(account, now) ? mask | (1n << BigInt(i)) : mask),
    0n,
  );
  const present = eligible & ~absent(task);
  const snapshot = count(present) >= needed ? present : eligible;
  return { snapshot: ctx.paused() || count(snapshot) < needed ? 0n : snapshot, needed, eligible };
}

/** Waiting -> Submit, if enough members are eligible and opening is not paused. */
export function open(ctx: RoundContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  const { snapshot, needed, eligible } = candidates(ctx, task, tx.timestamp);
  if (snapshot === 0n) {
    const paused = ctx.paused();
    const said = ctx.hash(words(task.round, needed, eligible, paused));
    if (task.seen === said) return;
    task.seen = said;
    return tx.emit({ type: "TaskWaiting", taskId, round: task.round, needed, eligible, paused });
  }
  Object.assign(task, { snapshot, submitted: 0n, attested: 0n, decided: 0n, voted: 0n });
  task.votes.clear();
  startPhase(ctx, tx, task, Phase.Submit, task.params.submitSeconds);
  task.seen = openingDigest(ctx, taskId, task);
  tx.emit({
    type: "RoundOpened",
    ...attemptOf(taskId, task),
    base: task.model,
    snapshot,
    ...deadlineOf(task),
    seen: task.seen,
  });
}

/** Submit -> Attest, or an abort. */
export function closeSubmit(ctx: RoundContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  const { submitted, seen, params, snapshot } = task;
  if (count(submitted) < ctx.rules.minPeers(params, snapshot)) return abort(ctx, tx, taskId, task, "TooFewSubmissions");
  startPhase(ctx, tx, task, Phase.Attest, task.params.attestSeconds);
  tx.emit({ type: "SubmissionsClosed", ...attemptOf(taskId, task), submitted, ...deadlineOf(task), seen });
}

/** Attest -> Merge, or an abort. */
export function closeAttest(ctx: RoundContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  const attesters = task.members.filter((_, i) => has(task.attested, i));
  const needed = neededHolders(ctx.rules, task);
  let included = 0n;
  for (let j = 0; j < task.members.length; j++) {
    if (attesters.filter(({ held }) => has(held, j)).length >= needed) included |= 1n << BigInt(j);
  }
  if (count(included) < ctx.rules.minPeers(task.params, task.snapshot))
    return abort(ctx, tx, taskId, task, "TooFewHeld");
  task.included = included;
  task.seen = ctx.hash(words(task.seen, included));
  startPhase(ctx, tx, task, Phase.Merge, task.params.mergeSeconds);
  tx.emit({ type: "InclusionFixed", ...attemptOf(taskId, task), included, ...deadlineOf(task), seen: task.seen });
}

/** Merge -> an abort. */
export function closeMerge(ctx: RoundContext, tx: Transaction, taskId: Bytes32, task: TaskState): void {
  abort(ctx, tx, taskId, task, "NoQuorum");
}

/** Merge -> Finished, or the next round's Submit or Waiting. */
export function finalize(
  ctx: RoundContext,
  tx: Transaction,
  taskId: Bytes32,
  task: TaskState,
  modelHash: Bytes32,
): void {
  const { included, attempt, seen, snapshot, voted } = task;
  task.model = modelHash;
  task.final = { attempt, seen, snapshot, voted };
  tx.emit({ type: "RoundFinalized", ...attemptOf(taskId, task), included, modelHash });
  settleAbsence(tx, taskId, task);
  for (const member of task.members) member.file = undefined;
  task.growth = Math.max(0, task.growth - 1);
  task.round += 1;
  task.attempt = 0;
  if (task.round > task.params.rounds) {
    task.phase = Phase.Finished;
    return tx.emit({ type: "TaskFinished", taskId, rounds: task.params.rounds, modelHash });
  }
  task.phase = Phase.Waiting;
  open(ctx, tx, taskId, task);
}

/** What a submission names (R3). */
export function openingDigest(ctx: RoundContext, taskId: Bytes32, task: TaskState): Bytes32 {
  const { round, attempt, model, snapshot } = task;
  return ctx.hash(words(ctx.chainId, ctx.ledger, taskId, round, attempt, model, snapshot));
}

/** R1: by the clock and by blocks. */
export const deadlinePassed = (tx: Transaction, task: TaskState): boolean =>
  tx.timestamp >= task.deadline && tx.block >= task.deadlineBlock;

/** Submit, Attest or Merge -> the next attempt's Submit, or Waiting. */
function abort(ctx: RoundContext, tx: Transaction, taskId: Bytes32, task: TaskState, reason: AbortReason): void {
  const { round, attempt } = task;
  task.growth = Math.min(MAX_GROWTH, task.growth + 1);
  task.attempt = attempt + 1;
  task.phase = Phase.Waiting;
  tx.emit({ type: "RoundAborted", taskId, round, attempt, reason, growth: task.growth });
  settleAbsence(tx, taskId, task);
  open(ctx, tx, taskId, task);
}

function settleAbsence(tx: Transaction, taskId: Bytes32, task: TaskState): void {
  const acted = task.submitted | task.attested | task.voted;
  const before = absent(task);
  task.members.forEach((member, i) => {
    if (has(acted, i)) member.missed = 0;
    else if (has(task.snapshot, i)) member.missed = Math.min(3, member.missed + 1);
  });
  const now = absent(task);
  if (!isSubset(now, before) || !isSubset(before, now)) tx.emit({ type: "AbsenceChanged", taskId, absent: now });
}

function startPhase(ctx: RoundContext, tx: Transaction, task: TaskState, phase: number, seconds: number): void {
  task.phase = phase;
  task.deadline = tx.timestamp + seconds * 2 ** task.growth;
  task.deadlineBlock = tx.block + ctx.minPhaseBlocks * 2 ** task.growth;
}

function attemptOf(
  taskId: Bytes32,
  { round, attempt }: TaskState,
): { taskId: Bytes32; round: number; attempt: number } {
  return { taskId, round, attempt };
}

function deadlineOf({ deadline, deadlineBlock }: TaskState): { deadline: number; deadlineBlock: number } {
  return { deadline, deadlineBlock };
}
