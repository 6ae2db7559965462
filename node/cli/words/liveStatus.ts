import { waitFor } from "../../core/round/waiting/here.ts";
import { waitWords } from "../../core/round/waiting/words.ts";
import { short } from "../../core/units.ts";
import { counted, list, shortTask } from "../output/units.ts";
import type { MemberStatus, PhaseStatus, TaskStatus } from "../taskStatus.ts";
import { bar, clock } from "./bar.ts";
import { waitingWords, whereWords } from "./taskStatus.ts";

const MOST_NAMES = 8;
const VERBS = { submit: "submitted", attest: "attested", merge: "voted" } as const;

/**
 * A task in a few lines that are drawn anew each second: its phase with the time that is left, who has not acted yet, the last final round.
 * @param now unix seconds, as for the status
 * @param isUp whether the chain's endpoint answers; where it does not, neither clocks nor who has not acted yet are told
 */
export function liveStatus(status: TaskStatus, now: number, isUp = true): string {
  const { name, taskId, phase, members, finals } = status;
  const lines = [`Task ${name ?? "(no valid document)"}  ${shortTask(taskId)}  ${whereWords(status)}`];
  if (phase === null) lines.push(`  ${waitingWords(status)}`);
  else if (!isUp) lines.push(`  ${phase.name}${attemptWords(phase)}  ${ENDPOINT_AWAY}`);
  else {
    const inAttempt = members.filter((member) => member.inAttempt);
    const awaited = inAttempt.filter((member) => member.awaited);
    const missing = awaited.filter((member) => member.missing);
    const left = phase.secondsLeft > 0 ? `${clock(phase.secondsLeft)} left` : "time is over";
    const elapsed = 1 - phase.secondsLeft / Math.max(1, phase.seconds);
    const acted = `${inAttempt.length - awaited.length} of ${inAttempt.length} ${VERBS[phase.name]}`;
    lines.push(`  ${phase.name}${attemptWords(phase)}  ${bar(elapsed)}  ${left}  ${acted}`);
    const others = awaited.filter((member) => !member.missing);
    if (others.length > 0) lines.push(`  not yet: ${namesOf(others)}`);
    if (missing.length > 0) lines.push(`  missing: ${namesOf(missing)}`);
    if (status.waiting && (phase.secondsLeft === 0 || awaited.length === 0)) lines.push(`  ${status.waiting.text}`);
  }
  const last = finals.at(-1);
  if (last) {
    const evaluation = last.evaluation === null ? "" : `, accuracy ${(last.evaluation * 100).toFixed(1)} %`;
    const age = clock(Math.max(0, now - last.at));
    lines.push(
      `  last final: round ${last.round}, ${counted(last.included.length, "update")}${evaluation}, ${age} ago`,
    );
  }
  return lines.join("\n");
}

const ENDPOINT_AWAY = waitWords(waitFor("endpoint"), String);

const attemptWords = ({ attempt }: PhaseStatus): string => (attempt > 0 ? `, attempt ${attempt + 1}` : "");

const namesOf = (members: readonly MemberStatus[]): string =>
  some(members.map(({ name, account }) => name ?? short(account)));

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? list(names)
    : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
