import { short } from "../../core/units.ts";
import { counted, list, shortTask } from "../output/units.ts";
import type { TaskStatus } from "../taskStatus.ts";
import { bar, clock } from "./bar.ts";
import { waitingWords } from "./taskStatus.ts";

const MOST_NAMES = 8;
const VERBS = { submit: "submitted", attest: "attested", merge: "voted" } as const;

/**
 * A task in a few lines that are drawn anew each second: its phase with the time that is left, who is missing, the last final round.
 * @param now unix seconds, as for the status
 */
export function liveStatus(status: TaskStatus, now: number): string {
  const { name, taskId, round, rounds, phase, members, finals } = status;
  const lines = [`Task ${name ?? "(no valid document)"}  ${shortTask(taskId)}  round ${round} of ${rounds}`];
  if (phase === null) lines.push(`  ${waitingWords(status)}`);
  else {
    const inAttempt = members.filter((member) => member.inAttempt);
    const missing = inAttempt.filter(({ awaited }) => awaited);
    const attempt = phase.attempt > 0 ? `, attempt ${phase.attempt + 1}` : "";
    const left = phase.secondsLeft > 0 ? `${clock(phase.secondsLeft)} left` : "time is over";
    const elapsed = 1 - phase.secondsLeft / Math.max(1, phase.seconds);
    const acted = `${inAttempt.length - missing.length} of ${inAttempt.length} ${VERBS[phase.name]}`;
    lines.push(`  ${phase.name}${attempt}  ${bar(elapsed)}  ${left}  ${acted}`);
    if (missing.length > 0)
      lines.push(`  missing: ${some(missing.map(({ name, account }) => name ?? short(account)))}`);
    else if (status.waiting) lines.push(`  ${status.waiting.text}`);
    if (phase.secondsLeft === 0 && missing.length > 0 && status.waiting) lines.push(`  ${status.waiting.text}`);
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

const some = (names: readonly string[]): string =>
  names.length <= MOST_NAMES
    ? list(names)
    : `${names.slice(0, MOST_NAMES).join(", ")} and ${names.length - MOST_NAMES} more`;
