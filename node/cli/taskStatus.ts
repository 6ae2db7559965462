import { has, members as membersIn } from "../core/ledger/masks.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { isBarred, isEligible } from "../core/ledger/view/registry.ts";
import type { AttemptView, FinalRound, TaskView } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { OLD_BLOCK_SECONDS, oldBlock } from "../core/round/waiting/lastBlock.ts";
import { isMissing } from "../core/round/waiting/missing.ts";
import { decidedBy, hasActed, type Wait, waitOf } from "../core/round/waiting/wait.ts";
import { ageWords, clockWords, waitWords } from "../core/round/waiting/words.ts";
import { SCORE_PARTS } from "../core/stopping/score.ts";
import { type StoppingStatus, stoppingStatus } from "./earlyStop.ts";
import { type Names, nameIn } from "./names.ts";
import { documentOf } from "./tasks.ts";
import { licenseState, type LicenseState } from "./words/licenses.ts";
import { type Thresholds, thresholdsOf } from "./words/thresholds.ts";

/** How one member stands in the open attempt. */
export interface MemberStatus {
  member: number;
  account: Address;
  /** What the operator's address book calls it. */
  name: string | null;
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
  /** Whether it is awaited longer than is usual: the phase's time is over, or it let the one before, or the last attempt, pass. */
  missing: boolean;
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

/** What is waited for, for how long, and who has not acted yet. */
export interface WaitStatus {
  kind: Wait["kind"];
  /** The same words as in the daemons' logs. */
  text: string;
  /** Unix seconds; null where nobody has recorded it. */
  since: number | null;
  seconds: number | null;
  ofSeconds: number | null;
  missing: readonly Address[];
  /** Age of the last block, where the chain may stand still. */
  lastBlockSeconds: number | null;
}

export interface FinalStatus {
  round: number;
  attempt: number;
  modelHash: Bytes32;
  included: Address[];
  voters: number;
  evaluation: number | null;
  /** The swarm's score, 0 to 1, that early stopping goes by. */
  score: number | null;
  /** Unix seconds. */
  at: number;
}

/** Everything `swarm status` says of a task, as data. */
export interface TaskStatus {
  taskId: Bytes32;
  name: string | null;
  state: "not approved" | "waiting" | "running" | "finished" | "stopped";
  round: number;
  rounds: number;
  model: Bytes32;
  aborts: number;
  paused: boolean;
  thresholds: Thresholds;
  phase: PhaseStatus | null;
  /** Null where the task is finished or has stopped early. */
  waiting: WaitStatus | null;
  members: MemberStatus[];
  finals: FinalStatus[];
  /** Null for a task without early stopping. */
  stopping: StoppingStatus | null;
}

export interface StatusOptions {
  names?: Names;
  /** Seconds after which the last block is old on this network. */
  oldAfter?: number;
  /** How many final rounds to list, newest last. */
  lastRounds?: number;
}

/** @param now unix seconds */
export function taskStatus(
  view: NetworkView,
  task: TaskView,
  now: number,
  { names = new Map(), oldAfter = OLD_BLOCK_SECONDS, lastRounds = 5 }: StatusOptions = {},
): TaskStatus {
  const { registry } = view;
  const stopping = stoppingStatus(task);
  const isStopped = stopping !== null && stopping.stoppedAfter !== null;
  // The next attempt is open on the ledger, and nobody acts in it.
  const attempt = task.phase === "running" && !isStopped ? task.attempt : undefined;
  const phase = attempt && phaseStatus(attempt, view, now);
  const n = attempt?.n ?? Math.max(task.members.length, task.params.startMembers);
  const approved = registry.approvedTasks.has(task.taskId);
  return {
    taskId: task.taskId,
    name: documentOf(task)?.name ?? null,
    state: isStopped ? "stopped" : approved || task.phase !== "waiting" ? task.phase : "not approved",
    round: Math.min(stopping?.stoppedAfter ?? task.round, task.params.rounds),
    rounds: task.params.rounds,
    model: task.model,
    aborts: task.aborts,
    paused: registry.paused,
    thresholds: thresholdsOf(task.params, n),
    phase: phase ?? null,
    waiting: isStopped ? null : waitStatus(view, task, now, names, oldAfter),
    members: task.members.map((account, member) => ({
      member,
      account,
      name: names.get(account) ?? null,
      license: licenseState(registry, account, now),
      eligible: isEligible(registry, account, now),
      absent: has(task.absent, member),
      ...acts(view, task, attempt, phase?.name, member, now),
    })),
    finals: task.history.slice(-lastRounds).map((final) => finalStatus(task, final)),
    stopping,
  };
}

function waitStatus(view: NetworkView, task: TaskView, now: number, names: Names, oldAfter: number): WaitStatus | null {
  const wait = waitOf(view, task, now);
  if (!wait) return null;
  const { kind, since, until, missing } = wait;
  const age = oldBlock(view, task, now, oldAfter);
  return {
    kind,
    text: [waitWords(wait, nameIn(names)) + clockWords(wait, now), ...ageWords(age)].join("; "),
    since: since ?? null,
    seconds: since === undefined ? null : Math.max(0, now - since),
    ofSeconds: since === undefined || until === undefined ? null : until - since,
    missing,
    lastBlockSeconds: age ?? null,
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

type Acts = Pick<MemberStatus, "inAttempt" | "submitted" | "decided" | "voted" | "awaited" | "missing">;

const NOTHING: Acts = { inAttempt: false, submitted: false, decided: 0, voted: false, awaited: false, missing: false };

function acts(
  { registry }: NetworkView,
  task: TaskView,
  attempt: AttemptView | undefined,
  phase: PhaseStatus["name"] | undefined,
  member: number,
  now: number,
): Acts {
  if (!attempt) return NOTHING;
  const inAttempt = has(attempt.snapshot, member);
  const submitted = attempt.submissions.has(member);
  const decided = decidedBy(attempt, member);
  const voted = attempt.votes.has(member);
  const isOpen = inAttempt && phase !== undefined && !hasActed(attempt, phase, member);
  const awaited = isOpen && !isBarred(registry, task.members[member] as Address, now);
  return { inAttempt, submitted, decided, voted, awaited, missing: awaited && isMissing(task, attempt, member, now) };
}

function finalStatus(
  task: TaskView,
  { round, attempt, modelHash, included, voters, evaluation, score, at }: FinalRound,
): FinalStatus {
  return {
    round,
    attempt,
    modelHash,
    included: included.flatMap(({ member }) => task.members[member] ?? []),
    voters: membersIn(voters).length,
    evaluation: evaluation ?? null,
    score: score === undefined ? null : score / SCORE_PARTS,
    at: at.timestamp,
  };
}
