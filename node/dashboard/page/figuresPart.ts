import { html } from "htm/preact";
import { useMemo } from "preact/hooks";
import type { OwnEntry, RoundEntry, TaskEntry } from "../entries.ts";
import { chart, type Series } from "./chart.ts";
import { fixed, percent } from "./format.ts";
import { roundsTable } from "./roundsTable.ts";
import { useStore } from "./useStore.ts";

export interface RoundFigures extends Omit<RoundEntry, "round"> {
  round: number;
  own: OwnEntry | undefined;
}

/** How good the rounds' models are, and what became of the updates. */
export function figuresPart({ task }: { task: TaskEntry | undefined }) {
  const store = useStore();
  const finals = store.list<RoundEntry>(`round/${task?.taskId}`);
  const recorded = store.list<OwnEntry>(`own/${task?.taskId}`);
  const rounds = useMemo(() => joined(finals, recorded), [finals, recorded]);
  const x = useMemo(() => rounds.map(({ round }) => round), [rounds]);
  const quality = useMemo(() => qualityOf(rounds), [rounds]);
  const loss = useMemo(() => [own(rounds, "Loss, this node", "loss", fixed)], [rounds]);
  const updates = useMemo(() => updatesOf(rounds), [rounds]);
  if (!task) return html`<p>No task yet.</p>`;
  if (rounds.length === 0) return html`<p>No round is final yet.</p>`;
  return html`
    <h2>Accuracy, AUC and loss</h2>
    <p class="faint">
      Of this node: the model that came out of a round, on this node's validation rows. Of the swarm: what the members'
      votes say${task.evaluations ? "" : ", which this task does not ask for"}.
    </p>
    <${chart} title="Accuracy and AUC" x=${x} series=${quality} range=${[0, 1]} />
    ${recorded.length > 0 ? html`<${chart} title="Loss" x=${x} series=${loss} />` : html`<p>No node's records are shown here: start it with <code>--home</code> of a node.</p>`}
    <h2>Updates</h2>
    <${chart} title="Updates per round" x=${x} series=${updates} />
    <h2>Rounds</h2>
    <${roundsTable} rounds=${rounds} />
  `;
}

function joined(finals: readonly RoundEntry[], recorded: readonly OwnEntry[]): RoundFigures[] {
  const own = new Map(recorded.map((entry) => [entry.round, entry]));
  return finals.map((final) => ({ ...final, own: own.get(final.round) })).toSorted((a, b) => a.round - b.round);
}

const own = (
  rounds: readonly RoundFigures[],
  name: string,
  field: "accuracy" | "loss" | "auc",
  format: Series["format"],
): Series => ({ name, values: rounds.map((round) => round.own?.[field] ?? null), format });

const qualityOf = (rounds: readonly RoundFigures[]): Series[] => [
  own(rounds, "Accuracy, this node", "accuracy", percent),
  { name: "Accuracy, swarm", values: rounds.map(({ evaluation }) => evaluation), format: percent },
  own(rounds, "AUC, this node", "auc", fixed),
];

const count = (value: number | null): string => (value === null ? "-" : String(value));

const updatesOf = (rounds: readonly RoundFigures[]): Series[] => [
  { name: "Included", values: rounds.map(({ included }) => included), format: count },
  { name: "Refused by a member", values: rounds.map(({ refused }) => refused), format: count },
  { name: "Clipped, as this node merged", values: rounds.map((it) => it.own?.clipped.length ?? null), format: count },
];
