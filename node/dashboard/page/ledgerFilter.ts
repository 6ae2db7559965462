import { html } from "htm/preact";
import type { RowKind } from "../../ports/dashboard.ts";
import type { MemberEntry, TaskEntry } from "../entries.ts";
import { short } from "./format.ts";
import { useStore } from "./useStore.ts";

/** What the fields hold; empty ones do not restrict. */
export interface Filter {
  kind: string;
  round: string;
  member: string;
  text: string;
  /** Whether other tasks, licences and the council are shown too. */
  all: boolean;
}

const KINDS: Record<RowKind, string> = {
  submitted: "Submissions",
  attested: "Attestations",
  voted: "Votes",
  opened: "Rounds opened",
  closed: "Submissions closed",
  included: "Updates chosen",
  final: "Models final",
  aborted: "Attempts aborted",
  task: "Tasks and members",
  licence: "Licences",
  council: "Council",
};

interface Properties {
  filter: Filter;
  change(filter: Filter): void;
  task: TaskEntry | undefined;
}

export function ledgerFilter({ filter, change, task }: Properties) {
  const store = useStore();
  const members = store.list<MemberEntry>(`member/${task?.taskId}`);
  const set = (field: keyof Filter) => (event: Event) => {
    const input = event.target as HTMLInputElement;
    change({ ...filter, [field]: field === "all" ? input.checked : input.value.trim() });
  };
  return html`<form class="filters" role="search" onSubmit=${(event: Event) => event.preventDefault()}>
    <label>
      Kind
      <select value=${filter.kind} onChange=${set("kind")}>
        <option value="">all</option>
        ${Object.entries(KINDS).map(([kind, name]) => html`<option value=${kind}>${name}</option>`)}
      </select>
    </label>
    <label>
      Member
      <select value=${filter.member} onChange=${set("member")}>
        <option value="">all</option>
        ${members.map(({ account, name }) => html`<option value=${account}>${name ?? short(account)}</option>`)}
      </select>
    </label>
    <label>Round <input type="number" min="1" step="1" size="6" value=${filter.round} onInput=${set("round")} /></label>
    <label>
      Hash, CID, transaction or name
      <input type="search" maxlength="100" value=${filter.text} onInput=${set("text")} />
    </label>
    <label class="check">
      <input type="checkbox" checked=${filter.all} onChange=${set("all")} />
      Everything on the chain
    </label>
  </form>`;
}
