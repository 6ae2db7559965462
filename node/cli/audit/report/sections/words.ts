import type { UpdateState } from "../../../../core/audit/observer.ts";
import { numberOf } from "../../../../core/audit/nameOf.ts";
import type { Where } from "../../../../core/audit/report.ts";
import { type Html, html } from "../../../html/html.ts";
import { short, shortTask } from "../../../output/units.ts";
import type { Names } from "../../../names.ts";
import type { Address } from "../../../../core/primitives.ts";
import type { TaskData } from "../data.ts";

/** What updates came to, as legends and tables call it. */
export const STATE_WORDS: Readonly<Record<UpdateState, string>> = {
  merged: "merged",
  left: "valid, not merged",
  invalid: "invalid",
  missing: "missing",
  unreachable: "not to be asked for",
};

/** A whole number as people read it. */
export const whole = (value: number): string => value.toLocaleString("en-US", { maximumFractionDigits: 0 });

export const amount = (value: number, noun: string, plural = `${noun}s`): string =>
  `${whole(value)} ${value === 1 ? noun : plural}`;

/** To four digits. */
export const figureOf = (value: number): string => String(Number(value.toPrecision(4)));

/** Parts of 10,000 as per cent. */
export const percent = (parts: number): string => `${(parts / 100).toFixed(1)} %`;

export const bytesOf = (bytes: number): string => {
  const [size, unit] = bytes >= 1e9 ? [1e9, "GB"] : bytes >= 1e6 ? [1e6, "MB"] : bytes >= 1e3 ? [1e3, "kB"] : [1, "B"];
  return `${Number((bytes / size).toPrecision(3))} ${unit}`;
};

/** An account in full, with the name that the auditor's node.yaml gives it. */
export const accountOf = (account: Address | undefined, names: Names): Html => {
  const name = account && names.get(account);
  return html`${name === undefined ? undefined : `${name} `}<code class="account">${account ?? "unknown"}</code>`;
};

/** An account where there is little room. */
export const shortAccount = (account: Address, names: Names): string => names.get(account) ?? short(account);

export const taskName = ({ name, taskId }: TaskData): string => (name === undefined ? shortTask(taskId) : name);

/** Where a finding is, for those who look it up. */
export function whereOf({ task, round, attempt, member, file, source, block, transaction }: Where): Html {
  const parts: [string, string | number | undefined][] = [
    ["task", task === undefined ? undefined : shortTask(task)],
    ["round", round],
    ["attempt", attempt === undefined ? undefined : numberOf(attempt)],
    ["member", member === undefined ? undefined : numberOf(member)],
    ["file", file],
    ["source", source],
    ["block", block],
    ["transaction", transaction],
  ];
  const known = parts.filter(([, value]) => value !== undefined);
  return html`<small>${known.map(([name, value], i) => html`${i > 0 && ", "}${name} <code>${value}</code>`)}</small>`;
}
