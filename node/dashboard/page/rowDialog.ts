import { html } from "htm/preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { AuditResult, RowDetails, UpdateDetails } from "../../ports/dashboard.ts";
import { askJson } from "./api.ts";
import { time } from "./format.ts";
import { useStore } from "./useStore.ts";

/** Everything about one entry of the ledger. */
export function rowDialog({ id, close }: { id: number; close(): void }) {
  const store = useStore();
  const dialog = useRef<HTMLDialogElement>(null);
  const [row, setRow] = useState<RowDetails | undefined>(undefined);
  const [problem, setProblem] = useState("");
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    const stop = new AbortController();
    askJson<RowDetails>(`/api/row/${id}`, store.token, stop.signal).then(
      setRow,
      (error: Error) => stop.signal.aborted || setProblem(error.message),
    );
    return () => stop.abort();
  }, [id, store.rows]);
  return html`<dialog ref=${dialog} aria-label="Entry of the ledger" onClose=${close}>
    ${problem !== "" && html`<p class="bad" role="alert">${problem}</p>`} ${row && html`<h2>${row.text}</h2>`}
    ${
      row &&
      html`<dl class="facts">
        ${row.account && fact("By", row.name ? `${row.name}, ${row.account}` : row.account)}
        ${row.task && fact("Task", row.task)}
        ${row.round !== undefined && fact("Round", `${row.round}${row.attempt === undefined ? "" : `, attempt ${row.attempt + 1}`}`)}
        ${row.update ? updateFacts(row.update) : row.facts.map(([name, value]) => fact(spaced(name), value))}
        ${fact("Transaction", row.transaction)} ${fact("Block", `${row.block}, ${time(row.at)}`)}
      </dl>`
    }
    <form method="dialog"><button>Close</button></form>
  </dialog>`;
}

const fact = (name: string, value: string, tone = "") =>
  html`<dt>${name}</dt>
    <dd class="mono ${tone}">${value}</dd>`;

/** `modelHash` as `Model hash`. */
const spaced = (name: string): string => {
  const words = name.replaceAll(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`;
};

const AUDIT: Record<AuditResult, [words: string, tone: string]> = {
  "no report": ["no audit's report is here", ""],
  later: ["submitted after the last audit", ""],
  "nothing found": ["nothing found against it", "good"],
  "not checked": ["could not be checked any more", "warn"],
  notice: ["tolerated, with a notice", "warn"],
  wrong: ["WRONG", "bad"],
};

function updateFacts({ sha256, cid, weight, included, held, refused, audit }: UpdateDetails) {
  const [words, tone] = AUDIT[audit.result];
  const fate = included === undefined ? "not decided yet" : included ? "merged" : "not merged";
  return html`
    ${fact("CID of the sealed file", cid)} ${fact("sha256 of the update", sha256)} ${fact("Weight", String(weight))}
    ${fact("Became", fate, included === false ? "warn" : "")} ${fact("Held by", held.join("\n") || "nobody yet")}
    ${fact("Refused by", refused.join("\n") || "nobody", refused.length > 0 ? "bad" : "")}
    ${fact("Audit", [words, ...audit.findings].join("\n"), tone)}
  `;
}
