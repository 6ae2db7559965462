import type { LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { applyEvent, emptyNetwork, type NetworkView } from "../../../node/core/ledger/view/network.ts";
import type { TaskView } from "../../../node/core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { sha256 } from "../../../node/core/hash.ts";
import { canonicalDocument, type TaskDocument } from "../../../node/core/task/document.ts";
import { taskParams } from "../../../node/core/task/params.ts";
import { taskDocument } from "../../task/fixture.ts";

export const START = 1_800_000_000;
export const TASK: Bytes32 = `0x${"7".repeat(64)}`;
export const HASH = (digit: string): Bytes32 => `0x${digit.repeat(64)}`;
export const account = (member: number): Address => `0x${String(member + 1).repeat(40)}`;
export const ids = { taskId: TASK, round: 1, attempt: 0 };

/** The ledger of a task for four (f = 1, minPeers 3) after these events, one block and second apart; of another document where one is given first. */
export function ledger(...given: (LedgerEvent | { document: TaskDocument })[]): {
  view: NetworkView;
  task: TaskView;
  now: number;
} {
  const events = given.filter((it): it is LedgerEvent => "type" in it);
  const other = given.find((it): it is { document: TaskDocument } => !("type" in it));
  const written = other?.document ?? taskDocument();
  const document = canonicalDocument(written);
  const params = taskParams(written, sha256(document), HASH("a"));
  const created: LedgerEvent = {
    type: "TaskCreated",
    taskId: TASK,
    creator: account(0),
    params,
    document,
    modelCid: "bafy",
  };
  const view = emptyNetwork();
  const all = [created, ...events];
  for (const [i, event] of all.entries()) {
    const at = { block: i + 1, index: 0, timestamp: START + i, transaction: HASH("f") };
    applyEvent(view, { ...event, at } as LocatedEvent);
  }
  return { view, task: view.tasks.get(TASK) as TaskView, now: START + all.length - 1 };
}

export const licensed = (member: number): LedgerEvent[] => [
  { type: "NodeAuthorized", account: account(member), grant: 1, expiresAt: START + 1_000_000 },
  {
    type: "NodeRegistered",
    account: account(member),
    version: 1,
    peerId: `peer${member}`,
    encryptionKey: HASH(String(member)),
    addresses: [],
  },
  { type: "MemberJoined", taskId: TASK, account: account(member), index: member },
];
export const approved: LedgerEvent = { type: "TaskApproved", taskId: TASK };
export const joined = (count: number): LedgerEvent[] => [
  approved,
  ...Array.from({ length: count }, (_, member) => licensed(member)).flat(),
];
export const opened: LedgerEvent & { type: "RoundOpened" } = {
  type: "RoundOpened",
  ...ids,
  base: HASH("a"),
  snapshot: 15n,
  deadline: START + 100,
  deadlineBlock: 0,
  seen: HASH("0"),
};
export const submitted = (member: number): LedgerEvent => ({
  type: "UpdateSubmitted",
  ...ids,
  member,
  sha256: HASH(String(member)),
  cid: "bafy",
  weight: 1,
  seen: HASH("0"),
});
export const closed: LedgerEvent = {
  type: "SubmissionsClosed",
  ...ids,
  submitted: 7n,
  deadline: START + 200,
  deadlineBlock: 0,
  seen: HASH("1"),
};
