import assert from "node:assert/strict";
import { sha256 } from "../../../node/core/hash.ts";
import type { ActRef, LedgerAct } from "../../../node/core/ledger/acts.ts";
import { type LocatedEvent, NO_EVALUATION, type TaskParams } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import type { Ledger } from "../../../node/ports/ledger.ts";
import { lastOf, type LedgerHarness, refusalOf } from "./ledgerHarness.ts";
import { Reader } from "./reader.ts";

const signal = new AbortController().signal;
const document = new TextEncoder().encode('{"name":"suite","version":1}');
const cid = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy";
const hashOf = (text: string): Bytes32 => sha256(new TextEncoder().encode(text));

const params: TaskParams = {
  documentHash: sha256(document),
  modelHash: hashOf("first model"),
  f: 0,
  minPeers: 2,
  startMembers: 3,
  rounds: 1,
  submitSeconds: 100,
  attestSeconds: 100,
  mergeSeconds: 100,
  maxWeight: 10,
  evaluations: true,
};

/** Three nodes (accounts 11 to 13) from their licences to a finished task: every act and nearly every event once. */
export async function wholeTask(net: LedgerHarness, licensor: Ledger): Promise<void> {
  const seeds = [11, 12, 13];
  const nodes = await Promise.all(seeds.map((seed) => net.open(seed)));
  const reader = new Reader(licensor);
  const say = async (ledger: Ledger, act: LedgerAct): Promise<LocatedEvent[]> => {
    const { block, transaction } = await ledger.send(act, { signal });
    await reader.reached(block);
    return reader.events.filter(({ at }) => at.transaction === transaction);
  };
  const types = (events: LocatedEvent[]): string[] => events.map(({ type }) => type);
  const [a, b, c] = nodes as [Ledger, Ledger, Ledger];

  const expiresAt = (await net.time()) + 100_000;
  for (const [i, seed] of seeds.entries()) {
    await say(licensor, { type: "propose", act: { act: "license", account: net.account(seed), expiresAt } });
    const registration = await net.registration(seed, 0);
    const [registered] = await say(nodes[i] as Ledger, registration);
    assert.ok(
      registered?.type === "NodeRegistered" && registered.account === net.account(seed) && registered.version === 1,
    );
    assert.match(registered.peerId, /^16Uiu2HA/);
    assert.deepEqual(
      [registered.encryptionKey, registered.addresses],
      [registration.encryptionKey, registration.addresses],
    );
  }
  const used = await net.registration(11, 0);
  const taken = { ...(await net.registration(12, 1)), encryptionKey: used.encryptionKey };
  assert.match(
    String((await refusalOf(b.send(taken, { signal }))).reason),
    /^(InvalidPeerSignature|EncryptionKeyTaken)$/,
  );

  const [created] = await say(a, { type: "createTask", params, document, modelCid: cid });
  assert.ok(created?.type === "TaskCreated");
  const { taskId } = created;
  assert.deepEqual([created.params, created.document, created.modelCid], [params, document, cid]);
  assert.equal((await refusalOf(a.send({ type: "join", taskId }, { signal }))).reason, "NotApproved");
  await say(licensor, { type: "propose", act: { act: "approveTask", taskId } });
  assert.deepEqual(types(await say(a, { type: "join", taskId })), ["MemberJoined", "TaskWaiting"]);
  await say(b, { type: "join", taskId });
  assert.deepEqual(types(await say(c, { type: "join", taskId })), ["MemberJoined", "RoundOpened"]);

  const opened = lastOf(reader.events, "RoundOpened");
  assert.deepEqual([opened.round, opened.attempt, opened.snapshot, opened.base], [1, 0, 0b111n, params.modelHash]);
  assert.equal(opened.deadline, opened.at.timestamp + 100);
  const early = await refusalOf(a.send({ type: "advance", taskId }, { signal }));
  assert.deepEqual(
    [early.reason, early.args],
    ["TooEarly", { deadline: opened.deadline, deadlineBlock: opened.deadlineBlock }],
  );
  await net.passSeconds(100);
  assert.deepEqual(types(await say(b, { type: "advance", taskId })), ["RoundAborted", "RoundOpened"]);
  assert.deepEqual(lastOf(reader.events, "RoundAborted").reason, "TooFewSubmissions");

  const ref = (): ActRef => {
    const seen = reader.events.findLast((event) =>
      ["RoundOpened", "SubmissionsClosed", "InclusionFixed"].includes(event.type),
    );
    assert.ok(seen && "seen" in seen);
    return { taskId, round: 1, attempt: 1, seen: seen.seen };
  };
  for (const [i, node] of nodes.entries())
    await say(node, { type: "submit", ref: ref(), sha256: hashOf(`update ${i}`), cid, weight: i + 1 });
  const closed = lastOf(reader.events, "SubmissionsClosed");
  assert.deepEqual([closed.submitted, closed.seen], [0b111n, lastOf(reader.events, "UpdateSubmitted").seen]);
  assert.equal(lastOf(reader.events, "UpdateSubmitted").weight, 3);
  assert.equal(
    (await refusalOf(a.send({ type: "attest", ref: ref(), held: 1n, refused: 1n }, { signal }))).reason,
    "InvalidAttestation",
  );
  await say(a, { type: "attest", ref: ref(), held: 0b111n, refused: 0n });
  await say(b, { type: "attest", ref: ref(), held: 0b011n, refused: 0n });
  await say(b, { type: "attest", ref: ref(), held: 0n, refused: 0b100n });
  assert.deepEqual(types(await say(c, { type: "attest", ref: ref(), held: 0b011n, refused: 0b100n })), [
    "UpdatesAttested",
    "InclusionFixed",
  ]);
  assert.equal(lastOf(reader.events, "InclusionFixed").included, 0b011n);

  const merge = ref();
  await say(a, { type: "vote", ref: merge, modelHash: hashOf("model 1"), evaluation: 9_700 });
  const final = await say(b, { type: "vote", ref: merge, modelHash: hashOf("model 1"), evaluation: NO_EVALUATION });
  assert.deepEqual(types(final), ["ModelVoted", "RoundFinalized", "TaskFinished"]);
  await say(c, { type: "vote", ref: merge, modelHash: hashOf("model 1"), evaluation: 10_000 });
  const late = lastOf(reader.events, "ModelVoted");
  assert.deepEqual([late.late, late.member, late.evaluation], [true, 2, 10_000]);
  const wrong = await refusalOf(
    a.send({ type: "submit", ref: merge, sha256: hashOf("x"), cid, weight: 1 }, { signal }),
  );
  assert.deepEqual([wrong.reason, wrong.args], ["WrongPhase", { expected: 2, actual: 5 }]);
  assert.match(wrong.message, /Finished.*Submit/);
  await reader.stop();
  for (const node of nodes) await node.close();
}
