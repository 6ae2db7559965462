import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeUpdate } from "../../../node/core/codec.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { ShareableWeights } from "../../../node/core/privacy/share.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { totalElements } from "../../../node/core/safetensorsHeader.ts";
import { tensorSpecs } from "../../../node/core/task/document.ts";
import type { TensorSpec } from "../../../node/core/weights.ts";
import type { Channel, Message } from "../../../node/ports/channels.ts";
import { taskDocument } from "../../task/fixture.ts";
import { accountOf, createFederation, type Federation, GENESIS, LEDGER, peerOf } from "./support/federation.ts";

/** One client that does what no client should, among two that are honest: it is kept out, and the round goes on without it. */

const { signal } = new AbortController();
const round = { f: 0, minPeers: 2, startMembers: 2, rounds: 1, submitSeconds: 10, attestSeconds: 10, mergeSeconds: 10 };
const document = taskDocument({ mode: "federated", round, limits: { maxUpdateNorm: 10 } });
const specs = tensorSpecs(document);
const LIAR = 2;
const none = new Uint8Array(0);

interface Liar {
  channel: Channel;
  base: Bytes32;
  say(head: Record<string, unknown>, body?: Uint8Array): Promise<void>;
}

/** What the liar sends once it was asked, and what the coordinator then says of it. */
async function lie(misdeed: (liar: Liar, it: Federation) => Promise<void>): Promise<string> {
  const it = createFederation(document, 3);
  const server = it.serve();
  await it.until(() => it.of(server, "waiting").length > 0);
  const channel = (await it.channels[LIAR + 1]?.open(peerOf(-1).peerId, "federated", { signal })) as Channel;
  const say: Liar["say"] = (head, body = none) => channel.send({ head, body }, { signal });
  const hear = (): Promise<Message> => channel.receive({ maxBodyBytes: 1e6, signal });
  await say({ type: "hello", version: 1, task: it.task, weight: 1, engine: "none", holds: null });
  assert.equal((await hear()).head.type, "welcome");
  const honest = [0, 1].map((i) => it.join(i));
  const asked = await hear();
  assert.equal(asked.head.type, "round");
  await misdeed({ channel, say, base: asked.head.base as Bytes32 }, it).catch(() => undefined);
  await it.until(() => it.of(server, "refused").length > 0);
  channel.abort(new Error("over"));
  await it.until(() => it.of(server, "finished").length > 0);
  assert.deepEqual(server.rounds[0]?.clients, [0, 1].map(accountOf));
  await Promise.all([server, ...honest].map(({ ended }) => ended));
  const [refused] = it.of(server, "refused");
  assert.equal(refused?.account, accountOf(LIAR));
  return String(refused?.reason);
}

function updateOf(it: Federation, base: Bytes32, tensors: readonly TensorSpec[], value: number): Uint8Array {
  const header = { version: 1, genesis: GENESIS, ledger: LEDGER, task: it.task, round: 1, node: accountOf(LIAR), base };
  const values = new Float32Array(totalElements(tensors)).fill(value);
  return encodeUpdate({ ...header, encoding: "f32", salt: "00".repeat(16) }, {
    specs: tensors,
    values,
  } as unknown as ShareableWeights);
}

const send = ({ say, base }: Liar, update: Uint8Array): Promise<void> =>
  say({ type: "update", round: 1, base, sha256: sha256(update) }, update);

test("F7: another file than it names", async () => {
  const reason = await lie(async ({ say, base }, it) => {
    await say({ type: "update", round: 1, base, sha256: it.task }, updateOf(it, base, specs, 0));
  });
  assert.equal(reason, "UPDATE_HASH");
});

test("F7: values that are no numbers", async () => {
  const reason = await lie(async (liar, it) => {
    const update = updateOf(it, liar.base, specs, 0);
    update.set([0, 0, 192, 127], update.length - 4);
    await send(liar, update);
  });
  assert.match(reason, /^(UPDATE_NOT_FINITE|FILE_)/);
});

test("F7: longer than the task allows", async () => {
  assert.equal(await lie((liar, it) => send(liar, updateOf(it, liar.base, specs, 1000))), "UPDATE_NORM");
});

test("F7: tensors of another model", async () => {
  const others = [{ name: "0.dense.bias", shape: [3] }];
  assert.equal(await lie((liar, it) => send(liar, updateOf(it, liar.base, others, 0))), "UPDATE_TENSORS");
});

test("F7: trained on another base", async () => {
  const reason = await lie(async ({ say }, it) => {
    const update = updateOf(it, it.task, specs, 0);
    await say({ type: "update", round: 1, base: it.task, sha256: sha256(update) }, update);
  });
  assert.equal(reason, "UPDATE_HEADER");
});

test("F7: no update at all", async () => {
  assert.match(await lie((liar) => send(liar, new Uint8Array(100))), /^FILE_/);
});

test("F2: more bytes than any update has end the conversation before they are kept", async () => {
  assert.equal(await lie((liar) => send(liar, new Uint8Array(200_000))), "PEER_TOO_LARGE");
});

test("F2: a flood of signs of life, an answer to a round that nobody asked for, a second hello, a word that is none", async () => {
  const misdeeds: Record<string, unknown>[][] = [
    Array.from({ length: 50 }, () => ({ type: "here" })),
    [{ type: "failed", round: 7, reason: "" }],
    [{ type: "hello", version: 1, task: document, weight: 1, engine: "", holds: null }],
    [{ type: "figures", model: `0x${"00".repeat(32)}`, rows: 1, loss: 0, accuracy: 1 }],
    [{ type: "done" }],
    [{ type: "shell", command: "" }],
  ];
  for (const heads of misdeeds) {
    const reason = await lie(async ({ say }) => {
      for (const head of heads) await say(head);
    });
    assert.equal(reason, "FEDERATED_PROTOCOL", JSON.stringify(heads[0]));
  }
});

test("F1: another document, another version and too large a weight are refused with a reason that the client prints", async () => {
  const it = createFederation(document, 1);
  const server = it.serve();
  await it.until(() => it.of(server, "waiting").length > 0);
  const other = it.join(0, {}, { task: `0x${"ab".repeat(32)}` });
  const error = (await other.ended) as { code: string; data: { reason: string }; message: string };
  assert.deepEqual([error.code, error.data.reason], ["FEDERATED_REFUSED", "FEDERATED_OTHER_TASK"]);
  assert.match(error.message, /both need the same document/);
  for (const [change, code] of [
    [{ version: 9 }, "FEDERATED_VERSION"],
    [{ weight: 2 }, "FEDERATED_PROTOCOL"],
  ] as const) {
    const channel = (await it.channels[1]?.open(peerOf(-1).peerId, "federated", { signal })) as Channel;
    const hello = { type: "hello", version: 1, task: it.task, weight: 1, engine: "", holds: null, ...change };
    await channel.send({ head: hello, body: none }, { signal });
    const { head } = await channel.receive({ maxBodyBytes: 0, signal });
    assert.deepEqual([head.type, head.code], ["refused", code]);
  }
  await server.stop();
});
