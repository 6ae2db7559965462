import { has } from "../core/ledger/masks.ts";
import { licenseState } from "../core/ledger/view/licenseState.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { isBarred, licenseOf } from "../core/ledger/view/registry.ts";
import type { AttemptView, TaskView } from "../core/ledger/view/task.ts";
import { earlyStopOf } from "../core/round/earlyStop.ts";
import { votesNeeded } from "../core/round/thresholds.ts";
import { isMissing } from "../core/round/waiting/missing.ts";
import { decidedBy, hasActed, waitOf } from "../core/round/waiting/wait.ts";
import { waitWords, type NameOf } from "../core/round/waiting/words.ts";
import type { TaskDocument } from "../core/task/document.ts";
import type { MemberEntry, PhaseEntry, TaskEntry } from "./entries.ts";
import type { LedgerBook } from "./ledgerBook.ts";
import type { NamesOf } from "./ledgerTable.ts";

type OpenAttempt = AttemptView & { phase: PhaseEntry["name"] };

/** What a page says of a task and its members. */
export interface TaskEntries {
  task: TaskEntry;
  members: MemberEntry[];
}

/** @param document undefined where somebody recorded bytes that are none @param now unix seconds */
export function taskEntries(
  view: NetworkView,
  task: TaskView,
  document: TaskDocument | undefined,
  book: LedgerBook,
  { now, nameOf, nameIn }: { now: number; nameOf: NamesOf; nameIn: NameOf },
): TaskEntries {
  const { registry } = view;
  const { f, minPeers, rounds, evaluations } = task.params;
  const stop = earlyStopOf(document?.training.earlyStopping, task);
  // The next attempt of a task that stopped early is open on the ledger, and nobody acts in it.
  const attempt = task.phase === "running" && !stop ? openAttempt(task) : undefined;
  const wait = stop ? undefined : waitOf(view, task, now);
  const approved = registry.approvedTasks.has(task.taskId);
  const members = task.members.map((account, member): MemberEntry => {
    const inAttempt = attempt !== undefined && has(attempt.snapshot, member);
    const isOpen = inAttempt && !hasActed(attempt, attempt.phase, member);
    const awaited = isOpen && !isBarred(registry, account, now);
    return {
      member,
      account,
      name: nameOf(account) ?? null,
      license: licenseState(registry, account, now),
      expiresAt: licenseOf(registry, account).expiresAt,
      registered: registry.registrations.has(account),
      absent: has(task.absent, member),
      inAttempt,
      submitted: attempt?.submissions.has(member) ?? false,
      decided: attempt ? decidedBy(attempt, member) : 0,
      voted: attempt?.votes.has(member) ?? false,
      awaited,
      missing: awaited && isMissing(task, attempt, member, now),
      lastRound: book.lastRound(task.taskId, member) ?? null,
    };
  });
  return {
    task: {
      taskId: task.taskId,
      name: document?.name ?? null,
      state: stop ? "stopped" : approved || task.phase !== "waiting" ? task.phase : "not approved",
      round: Math.min(stop?.after ?? task.round, rounds),
      rounds,
      aborts: task.aborts,
      model: task.model,
      f,
      minPeers,
      evaluations,
      phase: attempt ? phaseEntry(attempt, view, f, members) : null,
      waiting: wait ? waitWords(wait, nameIn) : null,
      members: task.members.length,
    },
    members,
  };
}

function openAttempt({ attempt }: TaskView): OpenAttempt | undefined {
  if (!attempt) return undefined;
  const { phase } = attempt;
  return phase === "final" || phase === "aborted" ? undefined : { ...attempt, phase };
}

function phaseEntry(
  attempt: OpenAttempt,
  { head }: NetworkView,
  f: number,
  members: readonly MemberEntry[],
): PhaseEntry {
  const { phase, n, phaseSince, deadline, deadlineBlock, submissions } = attempt;
  return {
    name: phase,
    attempt: attempt.attempt,
    since: phaseSince,
    deadline,
    blocksLeft: Math.max(0, deadlineBlock - 1 - head),
    n,
    acted: members.filter(({ member, inAttempt }) => inAttempt && hasActed(attempt, phase, member)).length,
    submissions: submissions.size,
    votes: votesNeeded(n, f),
  };
}
