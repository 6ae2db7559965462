import { table } from "../output/table.ts";
import { counted, duration, list, short, shortTask, utc } from "../output/units.ts";
import type { MemberStatus, PhaseStatus, TaskStatus } from "../taskStatus.ts";

/** A task's status as text: a line on where it is, what it waits for, its members, its last rounds. */
export function taskStatusText(status: TaskStatus): string {
  const { taskId, name, round, rounds, state, aborts } = status;
  const where =
    state === "finished"
      ? `all ${rounds} rounds are final`
      : state === "not approved"
        ? "not approved yet"
        : `round ${round} of ${rounds}`;
  const head = `Task ${name ?? "(no valid document)"}  ${shortTask(taskId)}  ${where}${aborts > 0 ? `, ${counted(aborts, "attempt")} aborted so far` : ""}`;
  const parts = [head, `  ${waitingWords(status)}`];
  if (status.members.length > 0) parts.push(indent(memberTable(status)));
  if (status.finals.length > 0) parts.push(indent(finalTable(status)));
  return parts.join("\n");
}

/** What the task waits for, in a sentence. */
export function waitingWords(status: TaskStatus): string {
  const { state, name, taskId, phase } = status;
  switch (state) {
    case "not approved":
      return `Waits for the council: licensors look at it and type "swarm task approve ${name ?? taskId}".`;
    case "finished":
      return `Nothing is left to do; "swarm model get ${name ?? taskId}" writes the model.`;
    case "waiting":
      return waitingToOpen(status);
    case "running":
      return phase ? phaseWords(status, phase) : "Between two attempts.";
  }
}

function waitingToOpen({ members, thresholds, finals, paused, aborts }: TaskStatus): string {
  const never = finals.length === 0 && aborts === 0;
  const needed = never ? thresholds.toStart : thresholds.toGoOn;
  const eligible = members.filter((member) => member.eligible);
  if (paused) return "Waits: the council has paused the opening of rounds (swarm council unpause).";
  if (eligible.length >= needed) return "Can open now: the next node that looks will open the round.";
  const others = members
    .filter((member) => !member.eligible)
    .map(({ account, license }) => `${short(account)} (${license === "active" ? "not registered" : license})`);
  const because = others.length > 0 ? `; of the others who joined, none counts now: ${list(others)}` : "";
  return `Waits for ${counted(needed - eligible.length, "more member")}: ${needed} must be licensed, registered and joined, ${eligible.length} ${eligible.length === 1 ? "is" : "are"}${because}.`;
}

function phaseWords({ members, thresholds }: TaskStatus, phase: PhaseStatus): string {
  const awaited = members.filter((member) => member.awaited).map(({ account }) => short(account));
  const acting = members.filter((member) => member.inAttempt).length - awaited.length;
  const verb = { submit: "submitted", attest: "attested", merge: "voted" }[phase.name];
  const tally = `${acting} of ${thresholds.n} ${verb}`;
  const missing = awaited.length === 0 ? "" : `; missing ${list(awaited)}`;
  const retry = phase.attempt > 0 ? ` (attempt ${phase.attempt + 1})` : "";
  return `Phase ${phase.name}${retry}: ${tally}${missing}; ${timeWords(phase)}.${phase.name === "merge" ? ` ${thresholds.votes} equal votes make the model final.` : ""}`;
}

function timeWords({ secondsLeft, blocksLeft, seconds }: PhaseStatus): string {
  if (secondsLeft > 0) return `${duration(secondsLeft)} of ${duration(seconds)} left`;
  if (blocksLeft > 0) return `its time is over, it also needs ${counted(blocksLeft, "more block")}`;
  return "its time is over, any node may end it now";
}

function memberTable({ members, phase }: TaskStatus): string {
  const rows = members.map((member) => [member.member + 1, member.account, member.license, ...actWords(member, phase)]);
  return table(["#", "MEMBER", "LICENCE", "SUBMITTED", "ATTESTED", "VOTED", ""], rows);
}

function actWords(member: MemberStatus, phase: PhaseStatus | null): string[] {
  const remark = [member.absent ? "absent" : "", member.awaited ? "missing" : ""].filter(Boolean).join(", ");
  if (!phase) return ["-", "-", "-", remark];
  if (!member.inAttempt) return ["-", "-", "-", remark || "not in this attempt"];
  return [
    yes(member.submitted),
    phase.name === "submit" ? "-" : `${member.decided} of ${phase.submissions}`,
    phase.name === "merge" ? yes(member.voted) : "-",
    remark,
  ];
}

function finalTable({ finals, thresholds }: TaskStatus): string {
  const rows = finals.map(({ round, modelHash, included, voters, evaluation, at }) => [
    round,
    short(modelHash),
    included.length,
    `${voters} of ${Math.max(thresholds.n, voters)}`,
    evaluation === null ? "-" : evaluation.toFixed(4),
    utc(at),
  ]);
  return table(["FINAL ROUND", "MODEL", "UPDATES", "VOTES", "EVALUATION", "AT"], rows);
}

const yes = (value: boolean): string => (value ? "yes" : "no");
const indent = (text: string): string => text.replaceAll(/^/gm, "  ");
