import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { LedgerPage, LedgerRow } from "../../ports/dashboard.ts";
import type { NetworkEntry, TaskEntry } from "../entries.ts";
import { askJson } from "./api.ts";
import { short, time } from "./format.ts";
import { type Filter, ledgerFilter } from "./ledgerFilter.ts";
import { oneAtATime } from "./oneAtATime.ts";
import { pager } from "./pager.ts";
import { rowDialog } from "./rowDialog.ts";
import { useStore } from "./useStore.ts";

const SIZE = 50;
/** Milliseconds between two looks at the ledger while it grows, and after the last key of a filter. */
const PAUSE = 150;

/** Everything that is on the ledger, a page at a time. */
export function ledgerPart({ task }: { task: TaskEntry | undefined }) {
  const store = useStore();
  const [filter, setFilter] = useState<Filter>({ kind: "", round: "", member: "", text: "", all: false });
  const [offset, go] = useState(0);
  const [page, setPage] = useState<LedgerPage | undefined>(undefined);
  const [problem, setProblem] = useState("");
  const [open, setOpen] = useState<number | undefined>(undefined);
  const { all, ...fields } = filter;
  const asked = { ...fields, task: all ? "" : (task?.taskId ?? ""), offset: String(offset), limit: String(SIZE) };
  const query = new URLSearchParams(asked).toString();
  const look = async (signal: AbortSignal): Promise<void> => {
    try {
      setPage(await askJson<LedgerPage>(`/api/ledger?${query}`, store.token, signal));
      setProblem("");
    } catch (error) {
      if (!signal.aborted) setProblem((error as Error).message);
    }
  };
  const again = useRef<(() => void) | undefined>(undefined);
  useEffect(() => {
    const stop = new AbortController();
    again.current = oneAtATime(() => look(stop.signal), PAUSE, stop.signal);
    return () => stop.abort();
  }, [query]);
  useEffect(() => again.current?.(), [query, store.rows]);
  const change = (changed: Filter): void => {
    setFilter(changed);
    go(0);
  };
  const audit = store.get<NetworkEntry>("network")?.audit;
  return html`
    <h2>Ledger</h2>
    <p class="faint">
      ${audit ? `Last audit: ${audit.verdict}, ${time(audit.at)}.` : html`No audit's report is here; make one with <code>swarm audit --json</code>.`}
    </p>
    <${ledgerFilter} filter=${filter} change=${change} task=${task} />
    ${problem !== "" && html`<p class="bad" role="alert">${problem}</p>`}
    ${page ? html`<${pager} what="entries" total=${page.total} offset=${offset} size=${SIZE} go=${go} />` : html`<p class="faint">Reading the ledger.</p>`}
    <div class="scroll" tabindex="0" role="region" aria-label="Entries of the ledger" aria-busy=${page === undefined}>
      <table>
        <thead>
          <tr>
            <th scope="col">Block</th>
            <th scope="col">Round</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
            <th scope="col" class="wide">At</th>
            <th scope="col" class="wide">Transaction</th>
          </tr>
        </thead>
        <tbody>
          ${page?.rows.map((row) => html`<${ledgerRow} key=${row.id} row=${row} open=${setOpen} />`)}
        </tbody>
      </table>
    </div>
    ${open !== undefined && html`<${rowDialog} id=${open} close=${() => setOpen(undefined)} />`}
  `;
}

const ledgerRow = ({ row, open }: { row: LedgerRow; open(id: number): void }) =>
  html`<tr data-kind=${row.kind}>
    <td>${row.block}</td>
    <td>${row.round ?? "-"}${row.attempt ? ` (${row.attempt + 1})` : ""}</td>
    <td title=${row.account}>
      ${row.name ?? (row.account ? html`<span class="mono">${short(row.account)}</span>` : "-")}
    </td>
    <td><button type="button" class="plain" onClick=${() => open(row.id)}>${row.text}</button></td>
    <td class="wide">${time(row.at)}</td>
    <td class="wide mono" title=${row.transaction}>${short(row.transaction)}</td>
  </tr>`;
