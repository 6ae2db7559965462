import type { Address } from "../../primitives.ts";
import { counted, duration, list } from "../../units.ts";
import type { Doing } from "./doing.ts";
import type { WaitHere } from "./here.ts";
import type { Wait } from "./wait.ts";

/** What to call an account. */
export type NameOf = (account: Address) => string;

/** More names than these are counted instead. */
const MOST_NAMES = 8;
/** Seconds up to which a phase is told in seconds, whatever its length: `42 s of 60 s`. */
const SECONDS_UP_TO = 120;

/** What is waited for, without a clock: the same words as long as it is the same wait. Log, terminal and `swarm status` share them. */
export function waitWords(wait: Wait, nameOf: NameOf): string {
  const { kind, phase, missing, have, needed } = wait;
  switch (kind) {
    case "submissions":
    case "attestations":
    case "votes":
      return `waiting for ${kind} of ${named(missing, nameOf)}`;
    case "deadline":
      return `waiting for the end of phase ${phase}: ${whyOnlyTheEnd(wait, nameOf)}`;
    case "blocks":
      return `waiting for ${counted(needed, "more block")} of the chain, after which phase ${phase} can be ended${silent(wait, nameOf)}`;
    case "advance":
      return `waiting for any node to end phase ${phase}, whose time is over${silent(wait, nameOf)}`;
    case "approval":
      return "waiting for the council to approve the task";
    case "unpause":
      return "waiting for the council, which has paused the opening of rounds (swarm council unpause)";
    case "members":
      return `waiting for ${counted(needed - have, "more member")}: ${needed} must be licensed, registered and joined, ${have} ${have === 1 ? "is" : "are"}${others(wait, nameOf)}`;
    case "opening":
      return "waiting for any node to open the round: enough members are there";
    case "endpoint":
      return "waiting for the chain's endpoint, which does not answer";
    case "history":
      return "waiting for the history of the chain, which is not read yet";
    case "licence":
      return wait.reasons?.[0] === "not registered"
        ? "waiting for this node's registration (swarm node register)"
        : `waiting for this node's licence, which is ${wait.reasons?.[0] === "none" ? "missing" : wait.reasons?.[0]}`;
    case "model":
      return `waiting for the model that the task ended with from ${named(missing, nameOf)}`;
  }
}

/** How long, and of how long: `, 42 s of 60 s`. @param seenSince unix seconds, for waits whose beginning is on no record */
export function clockWords(wait: Wait, now: number, seenSince?: number): string {
  const since = wait.since ?? seenSince;
  if (wait.kind === "licence" && wait.until !== undefined) return `, for ${duration(wait.until - now)} more`;
  if (since === undefined) return "";
  const elapsed = Math.max(0, now - since);
  if (wait.until === undefined) return `, for ${seconds(elapsed)}`;
  return `, ${seconds(Math.min(elapsed, wait.until - since), wait.until - since)} of ${seconds(wait.until - since)}`;
}

/** What the node itself does meanwhile, and why it may have no part; empty where there is nothing to tell. */
export function hereWords({ part, doing }: Omit<WaitHere, "wait">, nameOf: NameOf, training = ""): string[] {
  const opening = doing.filter(({ what }) => what === "open");
  const others = doing.filter(({ what }) => what !== "open");
  const words = others.map((one) => doingWords(one, nameOf, training));
  if (opening.length > 0) words.push(`is fetching ${updates(opening, nameOf)}`);
  const said = part === undefined ? words : [PARTS[part], ...words];
  return said.length === 0 ? [] : [`this node ${list(said)}`];
}

/** Where the chain may stand still. @param age seconds, of `oldBlock` */
export const ageWords = (age: number | undefined): string[] =>
  age === undefined ? [] : [`the last block is ${seconds(age)} old`];

const PARTS: Record<NonNullable<WaitHere["part"]>, string> = {
  "not in this attempt": "is not in this attempt and enters the next one",
  absent: "was absent and enters the next attempt",
  "sits out": "sits this attempt out, since it may have signed an update that it no longer has",
  "lost its update": "submits nothing before it has its own update back, which is gone from its folder",
  diverged: "submits nothing in this round, since its training diverged",
};

const DOING: Record<Exclude<Doing["what"], "open">, string> = {
  train: "is training",
  regain: "is fetching it",
  seal: "is sealing its update",
  merge: "is merging",
  obtainModel: "is fetching the model",
  evaluate: "is evaluating the model",
  submit: "is sending its submission",
  attest: "is sending its attestation",
  vote: "is sending its vote",
  advance: "is sending the transaction for that",
  comeBack: "is saying that it is back",
};

function doingWords({ what, from, failed, isSent }: Doing, nameOf: NameOf, training: string): string {
  const words = DOING[what as keyof typeof DOING];
  const whom = from.length > 0 ? ` from ${named(from, nameOf, "or")}` : "";
  const block = isSent ? ", which is in a block that is not final yet" : "";
  return `${words}${what === "train" ? training : ""}${whom}${block}${failures(failed)}`;
}

const updates = (opening: readonly Doing[], nameOf: NameOf): string =>
  `${opening.length === 1 ? "the update" : "updates"} of ${some(
    opening.map(({ of, from, failed }) => {
      const whom = from.length > 0 ? ` from ${named(from, nameOf, "or")}` : "";
      return `${of === undefined ? "nobody" : nameOf(of)}${whom}${failures(failed)}`;
    }),
  )}`;

const failures = (failed: number): string => (failed > 0 ? ` (${counted(failed, "try", "tries")} failed)` : "");

function whyOnlyTheEnd({ barred, have, needed, phase }: Wait, nameOf: NameOf): string {
  if (barred.length > 0) return `the licence of ${named(barred, nameOf)} has ended`;
  return phase === "merge" ? `all have voted, ${have} of them alike, and ${needed} must` : "all have acted";
}

const ACTS = { submit: "submissions", attest: "attestations", merge: "votes" } as const;

const silent = ({ phase, missing }: Wait, nameOf: NameOf): string =>
  phase && missing.length > 0 ? `; no ${ACTS[phase]} came of ${named(missing, nameOf)}` : "";

function others({ missing, reasons = [] }: Wait, nameOf: NameOf): string {
  if (missing.length === 0) return "";
  return `; of the others who joined, none counts now: ${some(missing.map((account, i) => `${nameOf(account)} (${reasons[i]})`))}`;
}

const named = (accounts: readonly Address[], nameOf: NameOf, joint = "and"): string =>
  some(accounts.map(nameOf), joint);

function some(words: readonly string[], joint = "and"): string {
  if (words.length > MOST_NAMES)
    return `${words.slice(0, MOST_NAMES).join(", ")} ${joint} ${words.length - MOST_NAMES} more`;
  return joint === "and" ? list(words) : words.join(` ${joint} `);
}

/** Whole seconds that have passed, or a length; in seconds alone where `of` is short enough. */
const seconds = (value: number, of = value): string =>
  of <= SECONDS_UP_TO ? `${Math.floor(value)} s` : duration(Math.floor(value));
