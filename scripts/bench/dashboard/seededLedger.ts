import { createHash } from "node:crypto";
import { sha256 } from "../../../node/core/hash.ts";
import type { CouncilAct, LedgerEvent, LocatedEvent } from "../../../node/core/ledger/events.ts";
import { applyEvent, emptyNetwork, type NetworkView } from "../../../node/core/ledger/view/network.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { canonicalDocument, checkDocument } from "../../../node/core/task/document.ts";
import { taskParams } from "../../../node/core/task/params.ts";

const hashOf = (...words: (string | number)[]): Bytes32 =>
  `0x${createHash("sha256").update(words.join(" ")).digest("hex")}`;
export const accountOf = (member: number): Address => hashOf("account", member).slice(0, 42) as Address;

export interface Seeded {
  events: LocatedEvent[];
  view: NetworkView;
  taskId: Bytes32;
  /** Unix seconds of the last event. */
  now: number;
}

const START = 1_800_000_000;

/** A small task with as many liars tolerated as the members allow. */
function taskFor(rounds: number, members: number) {
  const f = Math.floor((members - 1) / 3);
  const lengths = { submitSeconds: 3_600, attestSeconds: 3_600, mergeSeconds: 3_600 };
  const checked = checkDocument({
    version: 1,
    name: "seeded",
    model: { layers: [{ type: "dense", units: 2 }], loss: "softmaxCrossEntropy" },
    data: { format: "csv", features: ["a", "b"], label: { column: "y", classes: ["no", "yes"] } },
    training: { batchSize: 8, optimizer: { type: "adam", learningRate: 0.01 }, validationSplit: 0.2 },
    round: { f, minPeers: 2 * f + 1, startMembers: members, rounds, ...lengths },
    evaluations: true,
    limits: { maxUpdateNorm: 100 },
  });
  if ("document" in checked) return checked.document;
  throw new Error(JSON.stringify(checked.problems));
}

/** A task's whole life on a ledger: every member acts in every round, in a fixed order; the last round is still in SUBMIT, without its last member. */
export function seededLedger(rounds: number, members: number): Seeded {
  const written = taskFor(rounds + 1, members);
  const document = canonicalDocument(written);
  const taskId = hashOf("task");
  const params = taskParams(written, sha256(document), hashOf("first model"));
  const events: LocatedEvent[] = [];
  const view = emptyNetwork();
  let block = 0;
  const put = (event: LedgerEvent): void => {
    block++;
    const at = { block, index: 0, timestamp: START + block, transaction: hashOf("transaction", block) };
    const located = { ...event, at } as LocatedEvent;
    events.push(located);
    applyEvent(view, located);
  };
  const licensors = [accountOf(1_000), accountOf(1_001)];
  for (const licensor of licensors) put({ type: "LicensorAdded", licensor });
  put({ type: "ThresholdChanged", threshold: 2 });
  put({ type: "TaskCreated", taskId, creator: accountOf(0), params, document, modelCid: "bafkfirst" });
  put({ type: "TaskApproved", taskId });
  for (let member = 0; member < members; member++) {
    const account = accountOf(member);
    put({ type: "NodeAuthorized", account, grant: 1, expiresAt: START + 400 * 86_400 });
    const peerId = `12D3Koo${hashOf("peer", member).slice(2, 30)}`;
    put({ type: "NodeRegistered", account, version: 1, peerId, encryptionKey: hashOf("key", member), addresses: [] });
    put({ type: "MemberJoined", taskId, account, index: member });
  }
  const everyone = (1n << BigInt(members)) - 1n;
  let base = params.modelHash;
  const open = (number: number): void =>
    put({
      type: "RoundOpened",
      taskId,
      round: number,
      attempt: 0,
      base,
      snapshot: everyone,
      deadline: START + block + 3_600,
      deadlineBlock: 0,
      seen: hashOf("opened", number),
    });
  for (let number = 1; number <= rounds; number++) {
    const ids = { taskId, round: number, attempt: 0 };
    open(number);
    for (let member = 0; member < members; member++) put(submission(ids, member));
    const ends = { deadline: START + block + 3_600, deadlineBlock: 0 };
    put({ type: "SubmissionsClosed", ...ids, submitted: everyone, ...ends, seen: hashOf("closed", number) });
    for (let member = 0; member < members; member++)
      put({ type: "UpdatesAttested", ...ids, member, held: everyone, refused: 0n });
    put({ type: "InclusionFixed", ...ids, included: everyone, ...ends, seen: hashOf("included", number) });
    base = hashOf("model", number);
    const evaluation = Math.min(9_900, 6_000 + number * 4);
    for (let member = 0; member < members; member++)
      put({ type: "ModelVoted", ...ids, member, modelHash: base, evaluation, late: false });
    put({ type: "RoundFinalized", ...ids, included: everyone, modelHash: base });
  }
  open(rounds + 1);
  // For the licensing authority: one proposal waits for its second approval, one licensed clinic for its registration.
  const act: CouncilAct = { act: "license", account: accountOf(2_000), expiresAt: START + 500 * 86_400 };
  const licensor = licensors[0] as Address;
  put({ type: "ActProposed", proposalId: 1, proposer: licensor, act, actHash: hashOf("act"), epoch: 0 });
  put({ type: "ActApproved", proposalId: 1, licensor, approvals: 1 });
  put({ type: "NodeAuthorized", account: accountOf(2_001), grant: 1, expiresAt: START + block + 20 * 86_400 });
  for (let member = 0; member < members - 1; member++)
    put(submission({ taskId, round: rounds + 1, attempt: 0 }, member));
  return { events, view, taskId, now: START + block };
}

const submission = (ids: { taskId: Bytes32; round: number; attempt: number }, member: number): LedgerEvent => ({
  type: "UpdateSubmitted",
  ...ids,
  member,
  sha256: hashOf("update", ids.round, member),
  cid: `bafkrei${hashOf("cid", ids.round, member).slice(2, 54)}`,
  weight: 1,
  seen: hashOf("opened", ids.round),
});
