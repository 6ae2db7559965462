import { table } from "../output/table.ts";
import { counted, short, shortTask, utc } from "../output/units.ts";
import type { StoppingStatus } from "../earlyStop.ts";
import type { MemberStatus, PhaseStatus, TaskStatus } from "../taskStatus.ts";
import { allFinal, scoreText, stoppedWords } from "./stopping.ts";

/** A task's status as text: a line on where it is, what it waits for, its members, its last rounds. */
export function taskStatusText(status: TaskStatus): string {
  const { taskId, name, aborts } = status;
  const head = `Task ${name ?? "(no valid document)"}  ${shortTask(taskId)}  ${whereWords(status)}${aborts > 0 ? `, ${counted(aborts, "attempt")} aborted so far` : ""}`;
  const parts = [head, `  ${waitingWords(status)}`];
  if (status.stopping) parts.push(`  ${stoppingWords(status.stopping)}`);
  if (status.members.length > 0) parts.push(indent(memberTable(status)));
  if (status.finals.length > 0) parts.push(indent(finalTable(status)));
  return parts.join("\n");
}

/** Where a task is, in few words. */
export function whereWords({ state, round, rounds }: TaskStatus): string {
  if (state === "finished") return allFinal(rounds);
  if (state === "stopped") return `stopped early after round ${round} of ${rounds}`;
  return state === "not approved" ? "not approved yet" : `round ${round} of ${rounds}`;
}

/** What the task waits for, how far the phase is, and what that means, in sentences. */
export function waitingWords(status: TaskStatus): string {
  const { state, name, taskId, phase, waiting } = status;
  if (state === "finished") return `Nothing is left to do; "swarm model get ${name ?? taskId}" writes the model.`;
  if (state === "stopped")
    return `Nothing is left to do; "swarm model get ${name ?? taskId} --round best" writes the best round's model.`;
  if (!waiting) return "Between two attempts.";
  const sentence = `${waiting.text.slice(0, 1).toUpperCase()}${waiting.text.slice(1)}`;
  if (state === "not approved")
    return `${sentence}: licensors look at it and type "swarm task approve ${name ?? taskId}".`;
  return phase ? `${sentence}. ${phaseWords(status, phase)}` : `${sentence}.`;
}

/** How far the task is from stopping early, or why it has. */
function stoppingWords({ best, stale, patience, stoppedAfter }: StoppingStatus): string {
  if (best === null) return `Early stopping: no final round has a score yet; patience ${patience}.`;
  const score = `its score is ${scoreText(best.score)}`;
  if (stoppedAfter !== null) return `Early stopping: ${stoppedWords({ best: best.round, stale })}; ${score}.`;
  return `Early stopping: best round ${best.round}, ${score}; ${stale} of ${counted(patience, "round")} without an improvement.`;
}

function phaseWords({ members, thresholds }: TaskStatus, phase: PhaseStatus): string {
  const inAttempt = members.filter((member) => member.inAttempt);
  const acted = inAttempt.filter((member) => hasActed(member, phase));
  const verb = { submit: "submitted", attest: "attested", merge: "voted" }[phase.name];
  const retry = phase.attempt > 0 ? ` (attempt ${phase.attempt + 1})` : "";
  const votes = phase.name === "merge" ? `; ${thresholds.votes} equal votes make the model final` : "";
  return `Phase ${phase.name}${retry}: ${acted.length} of ${thresholds.n} ${verb}${votes}.`;
}

const hasActed = ({ submitted, decided, voted }: MemberStatus, { name, submissions }: PhaseStatus): boolean =>
  name === "submit" ? submitted : name === "attest" ? decided === submissions : voted;

function memberTable({ members, phase }: TaskStatus): string {
  const rows = members.map((member) => [
    member.member + 1,
    accountWords(member),
    member.license,
    ...actWords(member, phase),
  ]);
  return table(["#", "MEMBER", "LICENCE", "SUBMITTED", "ATTESTED", "VOTED", ""], rows);
}

const accountWords = ({ account, name }: MemberStatus): string => (name === null ? account : `${account} ${name}`);

function actWords(member: MemberStatus, phase: PhaseStatus | null): string[] {
  const remark = member.absent ? "absent" : member.missing ? "missing" : member.awaited ? "not yet" : "";
  if (!phase) return ["-", "-", "-", remark];
  if (!member.inAttempt) return ["-", "-", "-", remark || "not in this attempt"];
  return [
    yes(member.submitted),
    phase.name === "submit" ? "-" : `${member.decided} of ${phase.submissions}`,
    phase.name === "merge" ? yes(member.voted) : "-",
    remark,
  ];
}

/** Where a task has early stopping, with the score that it goes by: the evaluations' mean is another figure. */
function finalTable({ finals, thresholds, stopping }: TaskStatus): string {
  const rows = finals.map(({ round, modelHash, included, voters, evaluation, score, at }) => [
    round,
    short(modelHash),
    included.length,
    `${voters} of ${Math.max(thresholds.n, voters)}`,
    evaluation === null ? "-" : evaluation.toFixed(4),
    ...(stopping === null ? [] : [score === null ? "-" : score.toFixed(4)]),
    utc(at),
  ]);
  const scored = stopping === null ? [] : ["SCORE"];
  return table(["FINAL ROUND", "MODEL", "UPDATES", "VOTES", "EVALUATION", ...scored, "AT"], rows);
}

const yes = (value: boolean): string => (value ? "yes" : "no");
const indent = (text: string): string => text.replaceAll(/^/gm, "  ");
