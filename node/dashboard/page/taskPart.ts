import { html } from "htm/preact";
import type { MemberEntry, TaskEntry } from "../entries.ts";
import { countdown } from "./countdown.ts";
import { counted } from "./format.ts";
import { membersTable } from "./membersTable.ts";
import { useStore } from "./useStore.ts";

const VERBS = { submit: "submitted", attest: "attested", merge: "voted" } as const;

/** Where a task is, in a sentence that changes only when something has happened: screen readers say it. */
export function announcement({ state, round, rounds, phase }: TaskEntry): string {
  if (state === "finished") return rounds === 1 ? "The task's only round is final." : `All ${rounds} rounds are final.`;
  if (state === "stopped") return `Stopped early after round ${round} of ${rounds}.`;
  if (!phase) return `Round ${round} of ${rounds} is not open.`;
  return `Round ${round} of ${rounds}, phase ${phase.name}: ${phase.acted} of ${phase.n} ${VERBS[phase.name]}.`;
}

/** What happens now: round, phase, countdown, and each member's part in it. */
export function taskPart({ task }: { task: TaskEntry | undefined }) {
  const store = useStore();
  if (!task) return html`<p>No task yet: a clinic makes one with <code>swarm task create</code>.</p>`;
  const members = store.list<MemberEntry>(`member/${task.taskId}`);
  const missing = members.filter((member) => member.missing).length;
  const awaited = members.filter((member) => member.awaited).length;
  const { phase } = task;
  // Whoever cannot see the ledger knows neither what time it has nor who has acted since.
  const away = store.isAway();
  const seen = phase !== null && !away;
  return html`
    <section class="panel" aria-label="Where the task is">
      <h2>${task.name ?? "(no valid document)"} <span class="faint mono">${task.taskId.slice(0, 12)}</span></h2>
      <p data-announcement>${announcement(task)}</p>
      <dl class="tiles">
        <div>
          <dt>Round</dt>
          <dd data-round=${task.round}>${task.round} of ${task.rounds}</dd>
        </div>
        <div>
          <dt>Phase</dt>
          <dd>${phase ? phaseWords(phase) : task.state}</dd>
        </div>
        <div>
          <dt>Ends in</dt>
          <dd>${seen ? html`<${countdown} phase=${phase} />` : "-"}</dd>
        </div>
        <div>
          <dt>Submitted</dt>
          <dd>${phase ? `${phase.submissions} of ${phase.n}` : "-"}</dd>
        </div>
        <div>
          <dt>Not yet</dt>
          <dd>${seen ? awaited - missing : "-"}</dd>
        </div>
        <div>
          <dt>Missing</dt>
          <dd class=${seen && missing > 0 ? "warn" : ""} data-missing>${seen ? missing : "-"}</dd>
        </div>
        <div>
          <dt>Aborted attempts</dt>
          <dd>${task.aborts}</dd>
        </div>
      </dl>
      ${phase && html`<progress aria-label="Members that have acted in this phase" max=${phase.n} value=${phase.acted}></progress>`}
      ${task.waiting !== null && !away && html`<p class="faint">${sentence(task.waiting)}</p>`}
      ${task.state === "not approved" && html`<p>Licensors look at it with <code>swarm task show ${task.name ?? task.taskId}</code>.</p>`}
    </section>
    <h2>${counted(members.length, "member")}</h2>
    <${membersTable} members=${members} phase=${phase} away=${away} />
    <p class="faint">
      f = ${task.f}: up to ${counted(task.f, "member")} may lie or vanish. At least ${task.minPeers} updates go into
      every merge${phase ? `; ${counted(phase.votes, "equal vote")} make a model final` : ""}. Model now:${" "}
      <code>${task.model}</code>
    </p>
  `;
}

const phaseWords = ({ name, attempt }: NonNullable<TaskEntry["phase"]>): string =>
  attempt > 0 ? `${name}, attempt ${attempt + 1}` : name;

const sentence = (words: string): string => `${words.slice(0, 1).toUpperCase()}${words.slice(1)}.`;
