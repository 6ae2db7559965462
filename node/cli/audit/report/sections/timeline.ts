import { numberOf } from "../../../../core/audit/nameOf.ts";
import { type Span, timeline } from "../../../charts/timeline.ts";
import { type Html, html, trusted } from "../../../html/html.ts";
import { figure } from "../../../html/tableOf.ts";
import { utc } from "../../../output/units.ts";
import type { AttemptData, ReportData } from "../data.ts";
import type { PageContext } from "../html.ts";
import { shortAccount, taskName } from "./words.ts";

const KINDS = ["licensed", "auditor", "suspended", "round, final", "attempt, aborted", "attempt, open"] as const;
const LICENCE_KINDS = { licensed: 0, auditor: 1, suspended: 2 } as const;
const OUTCOME_KINDS = { final: 3, aborted: 4, open: 5 } as const;
/** Most lanes of tasks and of accounts, and most spans of one lane. */
const MOST_TASKS = 20;
const MOST_ACCOUNTS = 60;
const MOST_SPANS = 400;

/** When who was licensed, and when rounds were. */
export function timelineSection({ tasks, licences, covered }: ReportData, { names }: PageContext): Html {
  const running = tasks.filter(({ attempts }) => attempts.length > 0);
  const lanes = [
    ...running.slice(0, MOST_TASKS).map((task) => ({
      name: `rounds of ${taskName(task)}`,
      spans: condensed(task.attempts.map(spanOf)),
    })),
    ...licences.slice(0, MOST_ACCOUNTS).map(({ account, spans }) => {
      const name = shortAccount(account, names);
      const words = ({ kind, from, to }: (typeof spans)[number]): string =>
        `${name} ${kind}, ${utc(from)} to ${utc(to)}`;
      return {
        name,
        spans: spans.map((span) => ({
          from: span.from,
          to: span.to,
          kind: LICENCE_KINDS[span.kind],
          text: words(span),
        })),
      };
    }),
  ];
  const left = Math.max(0, running.length - MOST_TASKS) + Math.max(0, licences.length - MOST_ACCOUNTS);
  const svg = timeline({
    title: "Licences and rounds",
    from: covered.fromTime,
    to: covered.toTime,
    kinds: KINDS,
    lanes,
  });
  const caption = `When rounds were open, and which accounts were licensed, over the time of the blocks covered.${
    left > 0 ? ` ${left} more lanes are left out.` : ""
  } The tables below have the same times.`;
  return html`<h2>Timeline</h2>
    ${figure(trusted(svg), caption)}`;
}

const spanOf = ({ round, attempt, outcome, from, to }: AttemptData): Span => ({
  from,
  to,
  kind: OUTCOME_KINDS[outcome],
  text: `round ${round}${attempt > 0 ? `, attempt ${numberOf(attempt)}` : ""}: ${outcome}, ${utc(from)} to ${utc(to)}`,
});

/** Neighbours of one kind become one where there are too many to be told apart. */
function condensed(spans: readonly Span[]): readonly Span[] {
  if (spans.length <= MOST_SPANS) return spans;
  const size = Math.ceil(spans.length / MOST_SPANS);
  const whole: Span[] = [];
  let together = 0;
  for (const span of spans) {
    const last = whole.at(-1);
    if (last?.kind === span.kind && together < size) {
      whole[whole.length - 1] = { ...last, to: span.to, text: `${last.text.split(" ... ")[0]} ... ${span.text}` };
      together++;
    } else {
      whole.push(span);
      together = 1;
    }
  }
  return whole;
}
