import assert from "node:assert/strict";
import { test } from "node:test";
import { nodeFiles } from "../../node/cli/audit/nodes.ts";
import type { OpenNode } from "../../node/cli/wire.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { sha256 } from "../../node/core/hash.ts";
import { applyEvent, emptyNetwork, type NetworkView } from "../../node/core/ledger/view/network.ts";
import type { LedgerEvent } from "../../node/core/ledger/events.ts";
import { hasCode } from "../ports/support.ts";
import { documentOf, parametersOf } from "../core/audit/document.ts";

/** What an audit asks running nodes for, where the task keeps two rounds and round 6 is open. */

const TASK = `0x${"7a".repeat(32)}` as const;
const FILE = new Uint8Array([1, 2, 3]);
const HASH = sha256(FILE);
const account = (i: number) => `0x${String(i).repeat(40)}` as const;
const MEMBERS = [account(1), account(2), account(3)];

function network(): NetworkView {
  const view = emptyNetwork();
  const document = documentOf(undefined, 2);
  const params = parametersOf(document, HASH);
  const events: LedgerEvent[] = [
    { type: "TaskCreated", taskId: TASK, creator: account(1), params, document, modelCid: "bafy" },
    ...MEMBERS.map((member, index) => ({ type: "MemberJoined", taskId: TASK, account: member, index }) as const),
  ];
  const at = { block: 1, index: 0, timestamp: 1, transaction: HASH };
  for (const event of events) applyEvent(view, { ...event, at });
  for (const member of MEMBERS) {
    const registration = { account: member, version: 1, encryptionKey: HASH, addresses: [], at };
    view.registry.registrations.set(member, { ...registration, peerId: `peer of ${member}` });
  }
  const task = view.tasks.get(TASK);
  assert.ok(task);
  task.round = 6;
  return view;
}

const PEERS = MEMBERS.map((member) => `peer of ${member}`);

interface Asked {
  /** Whether a peer was asked over IPFS. */
  ipfs: boolean;
  members: string[];
}

/** A node whose IPFS never answers, and whose peers answer as `holder` says. */
function nodeOf(
  asked: Asked,
  answer: (peer: string) => Uint8Array,
  own?: Uint8Array,
  connected: () => readonly string[] = () => PEERS,
): OpenNode {
  return {
    store: {
      has: async () => own !== undefined,
      get: async (_: string, { signal }: { signal: AbortSignal }) => {
        if (own !== undefined) return own;
        asked.ipfs = true;
        const { promise, reject } = Promise.withResolvers<never>();
        signal.addEventListener("abort", () => reject(signal.reason), { once: true });
        return promise;
      },
    },
    sealer: { open: async (sealed: Uint8Array) => sealed },
    network: {
      connections: () => PEERS.map((peerId) => ({ peerId, connected: connected().includes(peerId) })),
      requestFile: async (peer: string) => {
        asked.members.push(peer);
        return answer(peer);
      },
    },
  } as unknown as OpenNode;
}

const refused = (): never => {
  throw new SwarmError("PEER_REFUSED", "the peer refused", { reason: "not held" });
};
const unreachable = (): never => {
  throw new SwarmError("PEER_UNREACHABLE", "no connection");
};

async function ask(round: number, node: OpenNode, pauses: number[] = []) {
  const files = nodeFiles({ node, view: network(), note: () => undefined, pauses });
  const context = { taskId: TASK, round, author: account(1), cid: "bafy1", holders: MEMBERS, maxBytes: 100 };
  return Array.fromAsync(await files.get("update", HASH, context));
}

test("a file older than retention: all members are asked, and when they have not got it IPFS is not waited for", async () => {
  const asked: Asked = { ipfs: false, members: [] };
  assert.deepEqual(await ask(3, nodeOf(asked, refused)), []);
  assert.deepEqual(asked, { ipfs: false, members: PEERS });
});

test("a file older than retention that somebody has all the same is taken, also from the auditor's own store", async () => {
  const asked: Asked = { ipfs: false, members: [] };
  const third = nodeOf(asked, (peer) => (peer.endsWith(account(3)) ? FILE : refused()));
  assert.deepEqual(await ask(3, third), [
    { source: `node ${account(3)}`, giver: { kind: "node", name: account(3) }, bytes: FILE },
  ]);
  assert.deepEqual(await ask(3, nodeOf(asked, refused, FILE)), [
    { source: "IPFS bafy1", giver: { kind: "node", name: account(1) }, bytes: FILE },
  ]);
  assert.deepEqual(await ask(3, nodeOf(asked, refused, new Uint8Array([9]))), [], "another file is none");
});

test("where no member can be asked it cannot be said that a file is missing, and they are asked again", async () => {
  const asked: Asked = { ipfs: false, members: [] };
  const wrong = (error: unknown) => error instanceof SwarmError && error.code === "AUDIT_UNREACHABLE";
  await assert.rejects(ask(3, nodeOf(asked, unreachable), [1]), wrong);
  assert.equal(asked.members.length, 2 * MEMBERS.length);
  // One answer is enough: nobody has to have it.
  assert.deepEqual(
    await ask(
      3,
      nodeOf(asked, (peer) => (peer.endsWith(account(2)) ? refused() : unreachable())),
    ),
    [],
  );
});

test("the oldest round that retention covers is asked for over IPFS first, as ever", async () => {
  const asked: Asked = { ipfs: false, members: [] };
  const [copy] = await ask(
    4,
    nodeOf(asked, () => FILE),
  );
  assert.ok(asked.ipfs);
  assert.equal(copy?.source, `node ${account(1)}`);
});

test("nodes that do not answer are asked for the first file, for as long as they may take, and not for those after it", async () => {
  const asked: Asked = { ipfs: false, members: [] };
  let connected: string[] = [];
  const node = nodeOf(
    asked,
    (peer) => (connected.includes(peer) ? FILE : unreachable()),
    undefined,
    () => connected,
  );
  const files = nodeFiles({ node, view: network(), note: () => undefined, pauses: [1, 1] });
  const read = async (round: number) => {
    asked.members = [];
    const context = { taskId: TASK, round, author: account(1), cid: "bafy1", holders: MEMBERS, maxBytes: 100 };
    return Array.fromAsync(await files.get("update", HASH, context));
  };
  await assert.rejects(read(5), hasCode("AUDIT_UNREACHABLE"));
  assert.deepEqual(new Set(asked.members), new Set(PEERS));
  assert.ok(asked.members.length > PEERS.length, "a daemon that starts lets nobody in at first");
  for (const round of [5, 4, 3]) {
    await assert.rejects(read(round), hasCode("AUDIT_UNREACHABLE"));
    assert.deepEqual(asked, { ipfs: false, members: [] }, "nobody is asked in vain again");
  }
  connected = PEERS.slice(1, 2);
  for (const round of [5, 3]) {
    assert.equal((await read(round))[0]?.source, `node ${account(2)}`);
    assert.deepEqual(asked.members, PEERS.slice(1, 2), "only the one that came back is asked");
  }
});

test("who is asked by name and is no registered node accuses nobody: the file could not be asked for", async () => {
  const node = nodeOf({ ipfs: false, members: [] }, refused);
  const files = nodeFiles({ node, view: network(), note: () => undefined, only: [account(9)] });
  const context = { taskId: TASK, round: 5, holders: MEMBERS, maxBytes: 100 };
  await assert.rejects(async () => Array.fromAsync(await files.get("model", HASH, context)), {
    code: "AUDIT_UNREACHABLE",
    message: /0x9{40}: has not registered/,
  });
  assert.equal(files.nobody, "none of the nodes named with --from");
});
