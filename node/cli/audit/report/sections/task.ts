import { UPDATE_STATES } from "../../../../core/audit/observer.ts";
import { numberOf } from "../../../../core/audit/nameOf.ts";
import { type Html, html, type Part } from "../../../html/html.ts";
import { tableOf } from "../../../html/tableOf.ts";
import { utc } from "../../../output/units.ts";
import type { AttemptData, TaskData } from "../data.ts";
import type { PageContext } from "../html.ts";
import { plots } from "./plots.ts";
import { accountOf, amount, bytesOf, figureOf, percent, STATE_WORDS, taskName, whole } from "./words.ts";

/** Most attempts that a page lists. */
const MOST_ATTEMPTS = 1000;

/** One task: what it is, pictures over its rounds, who contributed what, each round. */
export function taskSection(task: TaskData, { names }: PageContext): Html {
  const { attempts, members, f, minPeers, rounds } = task;
  const final = attempts.filter(({ outcome }) => outcome === "final");
  const state = task.finished ? "finished" : task.approved ? "not finished" : "not approved by the council";
  return html`<h2>Task ${taskName(task)}</h2>
    <p>
      <code>${task.taskId}</code>, ${state}: ${amount(final.length, "final round")} of ${whole(rounds)},
      ${amount(members.length, "member")}, of whom ${f} may be faulty; a round needs
      ${amount(minPeers, "update")}${task.mergeRule && html`; merged by the rule <code>${task.mergeRule}</code>`}.
    </p>
    ${plots(task)}
    ${
      members.length > 0 &&
      tableOf(
        "What members contributed",
        MEMBER_COLUMNS,
        members.map((member) => memberRow(member, task)),
      )
    }
    ${attempts.length > 0 && attemptTable(attempts)}`;

  function memberRow(
    { member, account, states, weight, bytes, votes }: TaskData["members"][number],
    of: TaskData,
  ): Part[] {
    const all = of.members.reduce((sum, each) => sum + each.weight, 0);
    const share = all === 0 ? "" : `${((100 * weight) / all).toFixed(1)} %`;
    return [
      numberOf(member),
      accountOf(account, names),
      ...UPDATE_STATES.map((each) => whole(states[each])),
      share,
      bytesOf(bytes),
      whole(votes),
    ];
  }
}

const MEMBER_COLUMNS = [
  { name: "member", number: true },
  { name: "account" },
  ...UPDATE_STATES.map((state) => ({ name: `updates ${STATE_WORDS[state]}`, number: true })),
  { name: "share of merged weight", number: true },
  { name: "bytes of its files", number: true },
  { name: "votes for final models", number: true },
];

function attemptTable(attempts: readonly AttemptData[]): Html {
  const shown = attempts.slice(0, MOST_ATTEMPTS);
  const rest = attempts.length - shown.length;
  return html`<details>
    <summary>Each round (${amount(shown.length, "line")})</summary>
    ${tableOf("Rounds and their attempts", ATTEMPT_COLUMNS, shown.map(attemptRow))}
    ${rest > 0 && html`<p>${whole(rest)} more are in the JSON report.</p>`}
  </details>`;
}

const ATTEMPT_COLUMNS = [
  { name: "round", number: true },
  { name: "attempt", number: true },
  { name: "outcome" },
  { name: "from" },
  { name: "to" },
  { name: "merged of submitted of members" },
  { name: "votes", number: true },
  { name: "merge recomputed" },
  { name: "score", number: true },
  { name: "median norm", number: true },
  { name: "model" },
];

const MERGE_WORDS = { equal: "same bytes", different: "OTHER BYTES", not: "could not be" } as const;

function attemptRow(row: AttemptData): Part[] {
  const { round, attempt, outcome, reason, from, to, model, merge, score, norms } = row;
  return [
    round,
    numberOf(attempt),
    reason === undefined ? outcome : `${outcome} (${reason})`,
    utc(from),
    utc(to),
    row.included === undefined ? "" : `${row.included} of ${row.submitted} of ${row.members}`,
    row.votes,
    merge && MERGE_WORDS[merge],
    score === undefined ? "" : percent(score),
    norms && figureOf(norms.median),
    model && html`<code>${model}</code>`,
  ];
}
