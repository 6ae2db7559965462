import assert from "node:assert/strict";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { type WaitHere, waitHere } from "../../../node/core/round/waiting/here.ts";
import { clockWords, hereWords, waitWords } from "../../../node/core/round/waiting/words.ts";
import { account, b32, FIRST_MODEL, INCLUSION, Scenario, TASK } from "./scenario.ts";

export const MERGED = b32("b1");
export const approved: LedgerEvent = { type: "TaskApproved", taskId: TASK };
export const revoked = (member: number): LedgerEvent => ({ type: "NodeRevoked", account: account(member), grant: 1 });

/** Member 0's daemon, which holds the first model; the council has approved the task. */
export function scenario(self = 0): Scenario {
  const it = new Scenario(self);
  it.state.local.models.add(FIRST_MODEL);
  return it.ledger(approved);
}
export const submitted = (...who: number[]): Scenario =>
  who.reduce((it, member) => it.submits(member), scenario().opens());
export const attesting = (): Scenario => submitted(0, 1, 2).closesSubmissions(0b0111n);
export const attested = (member: number, held: bigint): LedgerEvent => ({
  type: "UpdatesAttested",
  taskId: TASK,
  round: 1,
  attempt: 0,
  member,
  held,
  refused: 0n,
});
export const voted = (member: number, modelHash = MERGED): LedgerEvent => ({
  type: "ModelVoted",
  taskId: TASK,
  round: 1,
  attempt: 0,
  member,
  modelHash,
  evaluation: 0,
  late: false,
});
export const merging = (): Scenario => {
  const it = attesting();
  for (const member of [0, 1, 2]) it.opened(member);
  return it
    .fixesInclusion(0b0111n)
    .happens({ type: "merged", round: 1, seen: INCLUSION, modelHash: MERGED, evaluation: 0 });
};

export const here = ({ state }: Scenario): WaitHere => {
  const found = waitHere(state);
  assert.ok(found, "there is something to wait for");
  return found;
};
export const nameOf = (who: string): string => `clinic-${"abcd"[Number.parseInt(who.slice(2, 4), 16) - 1]}`;
/** What it says, without what the node does itself. */
export const said = (it: Scenario): string => {
  const { wait } = here(it);
  return waitWords(wait, nameOf) + clockWords(wait, it.state.now);
};
export const own = (it: Scenario): string[] => hereWords(here(it), nameOf);
