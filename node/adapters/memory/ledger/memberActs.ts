import type { ActRef, RoundAct } from "../../../core/ledger/acts.ts";
import { NO_EVALUATION } from "../../../core/ledger/events.ts";
import { bit, has, isSubset } from "../../../core/ledger/masks.ts";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import { closeAttest, closeSubmit, finalize, openingDigest, type RoundContext } from "./rounds.ts";
import { type Member, neededVotes, Phase, type TaskState } from "./task.ts";
import { isCid } from "./taskRules.ts";
import { revert, type Transaction, ZERO_HASH } from "./transaction.ts";
import { words } from "./words.ts";

/** What members' acts need besides: who is suspended or revoked. */
export interface ActContext extends RoundContext {
  isBarred(account: Address, now: number): boolean;
}

type Act<Type> = RoundAct & { type: Type };

export function submit(ctx: ActContext, tx: Transaction, task: TaskState, act: Act<"submit">): void {
  const { ref, sha256, cid, weight } = act;
  const { taskId } = ref;
  const { index, member } = actor(ctx, tx, task, ref, Phase.Submit);
  const { round, attempt } = task;
  requireDigest(ctx, openingDigest(ctx, taskId, task), ref.seen);
  if (has(task.submitted, index)) revert("AlreadySubmitted", { account: tx.sender });
  if (!isCid(cid)) revert("InvalidCid");
  const { maxWeight } = task.params;
  if (weight === 0 || weight > maxWeight) revert("InvalidWeight", { weight, maxWeight });
  if (sha256 === ZERO_HASH || (member.file ?? sha256) !== sha256) {
    revert("FileChanged", { expected: member.file ?? ZERO_HASH, given: sha256 });
  }
  member.file = sha256;
  task.submitted |= bit(index);
  task.seen = ctx.hash(words(task.seen, index, sha256, ctx.hash(Buffer.from(cid)), weight));
  tx.emit({ type: "UpdateSubmitted", taskId, round, attempt, member: index, sha256, cid, weight, seen: task.seen });
  if (task.submitted === task.snapshot) closeSubmit(ctx, tx, taskId, task);
}

export function attest(ctx: ActContext, tx: Transaction, task: TaskState, act: Act<"attest">): void {
  const { taskId, seen } = act.ref;
  const { index, member } = actor(ctx, tx, task, act.ref, Phase.Attest);
  const { round, attempt } = task;
  requireDigest(ctx, task.seen, seen);
  const first = !has(task.attested, index);
  const before = first ? { held: 0n, refused: 0n } : member;
  const held = before.held | act.held;
  const refused = before.refused | act.refused;
  const nothingNew = held === before.held && refused === before.refused;
  if (nothingNew || (held & refused) !== 0n || !isSubset(held | refused, task.submitted)) revert("InvalidAttestation");
  task.attested |= bit(index);
  Object.assign(member, { held, refused });
  tx.emit({ type: "UpdatesAttested", taskId, round, attempt, member: index, held, refused });
  if ((held | refused) !== task.submitted) return;
  task.decided |= bit(index);
  if (task.decided === task.snapshot) closeAttest(ctx, tx, taskId, task);
}

export function vote(ctx: ActContext, tx: Transaction, task: TaskState, act: Act<"vote">): void {
  const { ref, modelHash, evaluation } = act;
  const { taskId, round, attempt, seen } = ref;
  const late = task.round > 1 && round === task.round - 1 && attempt === task.final.attempt && modelHash === task.model;
  const { index } = late ? callingMember(ctx, tx, taskId, task) : actor(ctx, tx, task, ref, Phase.Merge);
  if (late && !has(task.final.snapshot, index)) revert("NotInSnapshot", { account: tx.sender });
  requireDigest(ctx, late ? task.final.seen : task.seen, seen);
  const ballots = late ? task.final : task;
  if (has(ballots.voted, index)) revert("AlreadyVoted", { account: tx.sender });
  const unasked = !task.params.evaluations || evaluation > 10_000;
  if (evaluation !== NO_EVALUATION && unasked) revert("InvalidEvaluation");
  ballots.voted |= bit(index);
  const place = late ? { round, attempt } : { round: task.round, attempt: task.attempt };
  tx.emit({ type: "ModelVoted", taskId, ...place, member: index, modelHash, evaluation, late });
  if (late) return;
  const votes = (task.votes.get(modelHash) ?? 0) + 1;
  task.votes.set(modelHash, votes);
  if (votes === neededVotes(ctx.rules, task)) finalize(ctx, tx, taskId, task, modelHash);
}

/** The caller as a member; expiry does not end that, revocation and suspension do at once (R10). */
export function callingMember(
  ctx: ActContext,
  tx: Transaction,
  taskId: Bytes32,
  task: TaskState,
): { index: number; member: Member } {
  const account = tx.sender;
  const index = task.members.findIndex((member) => member.account === account);
  if (index < 0) revert("NotMember", { taskId, account });
  if (ctx.isBarred(account, tx.timestamp)) revert("Barred", { account });
  return { index, member: task.members[index] as Member };
}

/** The caller, if the act is for what is open now (R3) and the caller is in its snapshot. */
function actor(
  ctx: ActContext,
  tx: Transaction,
  task: TaskState,
  ref: ActRef,
  phase: number,
): { index: number; member: Member } {
  const calling = callingMember(ctx, tx, ref.taskId, task);
  const { round, attempt } = task;
  if (task.phase !== phase) revert("WrongPhase", { expected: phase, actual: task.phase });
  if (ctx.rules.bindsActs && (ref.round !== round || ref.attempt !== attempt))
    revert("WrongAttempt", { round, attempt });
  if (!has(task.snapshot, calling.index)) revert("NotInSnapshot", { account: tx.sender });
  return calling;
}

function requireDigest({ rules }: ActContext, expected: Bytes32, given: Bytes32): void {
  if (rules.bindsActs && expected !== given) revert("WrongDigest", { expected, given });
}
