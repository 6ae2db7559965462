import { has, members as membersIn } from "../core/ledger/masks.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { isBarred, isEligible } from "../core/ledger/view/registry.ts";
import type { AttemptView, FinalRound, TaskView } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { documentOf } from "./tasks.ts";
import { licenseState, type LicenseState } from "./words/licenses.ts";
import { type Thresholds, thresholdsOf } from "./words/thresholds.ts";

/** How one member stands in the open attempt. */
export interface MemberStatus {
  member: number;
  account: Address;
  license: LicenseState;
  eligible: boolean;
  absent: boolean;
  inAttempt: boolean;
  submitted: boolean;
  /** Submissions it has decided on. */
  decided: number;
  voted: boolean;
  /** Whether the open phase waits for it. */
  awaited: boolean;
}

export interface PhaseStatus {
  name: "submit" | "attest" | "merge";
  attempt: number;
  /** Unix seconds; with `deadlineBlock` when anyone may end the phase (R1). */
  deadline: number;
  deadlineBlock: number;
  secondsLeft: number;
  blocksLeft: number;
  seconds: number;
  submissions: number;
}

export interface FinalStatus {
  round: number;
  attempt: number;
  modelHash: Bytes32;
  included: Address[];
  voters: number;
  evaluation: number | null;
  /** Unix seconds. */
  at: number;
}

/** Everything `swarm status` says of a task, as data. */
export interface TaskStatus {
  taskId: Bytes32;
  name: string | null;
  state: "not approved" | "waiting" | "running" | "finished";
  round: number;
  rounds: number;
  model: Bytes32;
  aborts: number;
  paused: boolean;
  thresholds: Thresholds;
  phase: PhaseStatus | null;
  members: MemberStatus[];
  finals: FinalStatus[];
}

/** @param now unix seconds @param lastRounds how many final rounds to list, newest last */
export function taskStatus(view: NetworkView, task: TaskView, now: number, lastRounds = 5): TaskStatus {
  const { registry } = view;
  const attempt = task.phase === "running" ? task.attempt : undefined;
  const phase = attempt && phaseStatus(attempt, view, now);
  const n = attempt?.n ?? Math.max(task.members.length, task.params.startMembers);
  const approved = registry.approvedTasks.has(task.taskId);
  return {
    taskId: task.taskId,
    name: documentOf(task)?.name ?? null,
    state: approved || task.phase !== "waiting" ? task.phase : "not approved",
    round: Math.min(task.round, task.params.rounds),
    rounds: task.params.rounds,
    model: task.model,
    aborts: task.aborts,
    paused: registry.paused,
    thresholds: thresholdsOf(task.params, n),
    phase: phase ?? null,
    members: task.members.map((account, member) => ({
      member,
      account,
      license: licenseState(registry, account, now),
      eligible: isEligible(registry, account, now),
      absent: has(task.absent, member),
      ...acts(attempt, phase?.name, member, isBarred(registry, account, now)),
    })),
    finals: task.history.slice(-lastRounds).map((final) => finalStatus(task, final)),
  };
}

function phaseStatus(attempt: AttemptView, view: NetworkView, now: number): PhaseStatus | undefined {
  const { phase: name, deadline, deadlineBlock, phaseSince, submissions } = attempt;
  if (name === "final" || name === "aborted") return undefined;
  return {
    name,
    attempt: attempt.attempt,
    deadline,
    deadlineBlock,
    secondsLeft: Math.max(0, deadline - now),
    blocksLeft: Math.max(0, deadlineBlock - view.head),
    seconds: deadline - phaseSince,
    submissions: submissions.size,
  };
}

type Acts = Pick<MemberStatus, "inAttempt" | "submitted" | "decided" | "voted" | "awaited">;

function acts(
  attempt: AttemptView | undefined,
  phase: PhaseStatus["name"] | undefined,
  member: number,
  barred: boolean,
): Acts {
  if (!attempt) return { inAttempt: false, submitted: false, decided: 0, voted: false, awaited: false };
  const inAttempt = has(attempt.snapshot, member);
  const submitted = attempt.submissions.has(member);
  const attested = attempt.attestations.get(member);
  const decided = attested ? membersIn(attested.held | attested.refused).length : 0;
  const voted = attempt.votes.has(member);
  const done = phase === "submit" ? submitted : phase === "attest" ? decided === attempt.submissions.size : voted;
  return { inAttempt, submitted, decided, voted, awaited: inAttempt && phase !== undefined && !done && !barred };
}

function finalStatus(
  task: TaskView,
  { round, attempt, modelHash, included, voters, evaluation, at }: FinalRound,
): FinalStatus {
  return {
    round,
    attempt,
    modelHash,
    included: included.flatMap(({ member }) => task.members[member] ?? []),
    voters: membersIn(voters).length,
    evaluation: evaluation ?? null,
    at: at.timestamp,
  };
}
