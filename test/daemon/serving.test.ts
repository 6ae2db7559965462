import assert from "node:assert/strict";
import { test } from "node:test";
import { SigningKey } from "ethers";
import { createMemoryLedger } from "../../node/adapters/memory/ledger.ts";
import { createMemoryNetwork } from "../../node/adapters/memory/network.ts";
import { sha256 as sha256Of } from "../../node/core/hash.ts";
import type { Address, Bytes32 } from "../../node/core/primitives.ts";
import type { FileRequest, Network } from "../../node/ports/network.ts";
import { smallTask } from "./support/document.ts";
import { headerOf } from "./support/forging.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

const never = new AbortController().signal;
const PHASE = 600;
type Attempt = ReturnType<Swarm["stateOf"]>["attempt"];

/** A swarm in round 2 whose last member holds its submission back, so that the phase stays open. */
async function inSubmitPhase() {
  const swarm = await createSwarm(smallTask({ rounds: 3, submitSeconds: PHASE }), 4);
  const [author, asker, , slow] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  await swarm.startAll({
    3: ({ ledger }) => ({
      ledger: {
        ...ledger,
        async send(act, options) {
          if (act.type === "submit" && act.ref.round === 2) await held;
          return ledger.send(act, options);
        },
      },
    }),
  });
  await swarm.until(
    () => swarm.stateOf(author).attempt?.round === 2 && swarm.stateOf(author).attempt?.submissions.size === 3,
  );
  return { swarm, author, asker, slow, letGo };
}

async function ownUpdate({ disk, account }: Clinic, round: number): Promise<Bytes32> {
  for (const sha256 of await disk.list("update")) {
    const header = headerOf((await disk.read("update", sha256)) ?? new Uint8Array());
    if (header?.node === account && header.round === round) return sha256;
  }
  throw new Error(`no own update of round ${round}`);
}

/** "given", or why not. */
function ask(network: Network | undefined, from: Clinic, request: FileRequest): Promise<string> {
  if (!network) throw new Error("not running");
  return network.requestFile(from.peerId, request, { maxBytes: 1e6, signal: never }).then(
    () => "given",
    (error) => String(error.data?.reason ?? error.code),
  );
}

/** Another account with keys of its own, on the wire as `account`; `auditor` gets that role from the council. */
async function stranger(swarm: Swarm, index: number, auditor: boolean) {
  const account: Address = `0x${(0xa0 + index).toString(16).repeat(20)}`;
  if (auditor) await swarm.propose({ act: "authorizeAuditor", account });
  else await swarm.propose({ act: "license", account, expiresAt: Math.floor(swarm.clock.now() / 1000) + 1e5 });
  const ledger = createMemoryLedger(swarm.chain, account);
  const peerKey = Buffer.from(new SigningKey(`0x${(0xa0 + index).toString(16).repeat(32)}`).publicKey.slice(4), "hex");
  const deadline = Math.floor(swarm.clock.now() / 1000) + 100;
  const encryptionKey = `0x${(0x30 + index).toString(16).repeat(32)}` as const;
  await ledger.send(
    { type: "registerNode", peerKey, encryptionKey, addresses: ["/memory/2"], deadline, signature: new Uint8Array(65) },
    { signal: never },
  );
  const [witness] = swarm.clinics as [Clinic];
  await swarm.until(() => witness.peer?.state.view.registry.registrations.has(account) === true);
  const peerId = witness.peer?.state.view.registry.registrations.get(account)?.peerId ?? "";
  const network = createMemoryNetwork({
    hub: swarm.hub,
    peerId,
    protocolVersion: 1,
    genesisHash: swarm.chain.genesisHash,
    ledgerAddress: swarm.chain.settings.ledger,
  });
  await network.admit(swarm.clinics.map(({ peerId, account }) => ({ peerId, account, role: "node", addresses: [] })));
  return { account, network, ledger };
}

test("R2: an update is given to nobody before submissions are closed, and to members and auditors after that", async () => {
  const { swarm, author, asker, letGo } = await inSubmitPhase();
  const auditor = await stranger(swarm, 1, true);
  const update = { kind: "update", taskId: swarm.taskId, sha256: await ownUpdate(author, 2) } as const;
  assert.equal(await ask(asker.network, author, update), "not published");
  assert.equal(await ask(auditor.network, author, update), "not published");
  for (const cid of swarm.stateOf(author).attempt?.submissions.values() ?? [])
    assert.equal(await author.store.has(cid.cid), false, "nor is it in the store");
  letGo();
  await swarm.until(() => swarm.stateOf(author).published.has(update.sha256));
  assert.equal(await ask(asker.network, author, update), "given");
  assert.equal(await ask(auditor.network, author, update), "given");
  await swarm.finish(2 * PHASE);
  await swarm.stopAll();
});

test("R5: an update of a round that is over is still given; a licensed node that is no member gets nothing", async () => {
  const { swarm, author, asker, letGo } = await inSubmitPhase();
  const outsider = await stranger(swarm, 2, false);
  const update = { kind: "update", taskId: swarm.taskId, sha256: await ownUpdate(author, 1) } as const;
  const model = { kind: "model", taskId: swarm.taskId, sha256: swarm.stateOf(author).model } as const;
  assert.deepEqual(
    [await ask(asker.network, author, update), await ask(asker.network, author, model)],
    ["given", "given"],
  );
  assert.deepEqual(
    [await ask(outsider.network, author, update), await ask(outsider.network, author, model)],
    ["not in the snapshot", "not a member"],
  );
  assert.equal(await ask(asker.network, author, { ...update, taskId: `0x${"00".repeat(32)}` }), "another task");
  assert.equal(await ask(asker.network, author, { ...update, sha256: `0x${"99".repeat(32)}` }), "not published");
  letGo();
  await swarm.finish(2 * PHASE);
  await swarm.stopAll();
});

test("R8: models of other tasks in the same folder are given to nobody of this one", async () => {
  const { swarm, author, asker, letGo } = await inSubmitPhase();
  const foreign = await author.disk.write("model", Buffer.from("a model of another task"));
  const model = { kind: "model", taskId: swarm.taskId, sha256: foreign } as const;
  assert.equal(await ask(asker.network, author, model), "another task");
  for (const sha256 of [sha256Of(swarm.first), swarm.stateOf(author).model])
    assert.equal(await ask(asker.network, author, { ...model, sha256 }), "given");
  letGo();
  await swarm.stopAll();
});

test("R2, R5: who joins late and submits the hash of an old update is not given that update", async () => {
  const { swarm, author, asker, letGo } = await inSubmitPhase();
  const thief = await stranger(swarm, 3, false);
  const taskId = swarm.taskId;
  await thief.ledger.send({ type: "join", taskId }, { signal: never });
  const update = { kind: "update", taskId, sha256: await ownUpdate(author, 1) } as const;
  assert.equal(await ask(thief.network, author, update), "not in the snapshot");
  letGo();
  await swarm.until(() => swarm.stateOf(author).attempt?.round === 3);
  const { round, attempt, seen, snapshot } = swarm.stateOf(author).attempt as NonNullable<Attempt>;
  assert.equal(snapshot, 0b11111n);
  const ref = { taskId, round, attempt, seen };
  await thief.ledger.send({ type: "submit", ref, sha256: update.sha256, cid: "bafy", weight: 1 }, { signal: never });
  await swarm.until(() => swarm.stateOf(author).attempt?.phase === "attest");
  for (const holder of [author, asker]) {
    assert.equal(await ask(thief.network, holder, update), "not in the snapshot");
    assert.equal(await holder.disk.has("update", update.sha256), true);
  }
  assert.equal(await ask(asker.network, author, update), "given", "members of its snapshot still get it");
  await swarm.finish(2 * PHASE);
  await swarm.stopAll();
});

test("R5, R10: a licence that expires while the chain makes no blocks counts no more, and a suspension that lapses does not count either", async () => {
  const { swarm, author, letGo } = await inSubmitPhase();
  const model = { kind: "model", taskId: swarm.taskId, sha256: swarm.stateOf(author).model } as const;
  const auditor = await stranger(swarm, 4, true);
  const guest = await stranger(swarm, 5, false);
  const now = Math.floor(swarm.clock.now() / 1000);
  await swarm.propose({ act: "license", account: guest.account, expiresAt: now + 20 });
  await swarm.council.send({ type: "suspend", account: auditor.account }, { signal: never });
  const connected = ({ account }: { account: string }) =>
    author.network?.connections().some((it) => it.account === account && it.connected) === true;
  await swarm.until(() => connected(guest) && !connected(auditor));
  assert.equal(await ask(guest.network, author, model), "not a member");
  const lapses = author.peer?.state.view.registry.licenses.get(auditor.account)?.suspendedUntil ?? 0;
  const { head } = author.peer?.state.view ?? {};
  await swarm.until(() => !connected(guest), 30);
  assert.equal(author.peer?.state.view.head, head, "no block came in between");
  letGo();
  await swarm.finish(2 * PHASE);
  await swarm.clock.advance(lapses * 1000 - swarm.clock.now());
  await swarm.until(() => connected(auditor), 5);
  assert.equal(await ask(auditor.network, author, model), "given");
  await swarm.stopAll();
});

for (const [word, act] of [
  ["revoked", "revoke"],
  ["suspended", "suspend"],
] as const) {
  test(`R5: a member that is ${word} gets nothing from then on, and is hung up on`, async () => {
    const { swarm, author, asker, letGo } = await inSubmitPhase();
    const update = { kind: "update", taskId: swarm.taskId, sha256: await ownUpdate(author, 1) } as const;
    assert.equal(await ask(asker.network, author, update), "given");
    if (act === "revoke") await swarm.propose({ act, account: asker.account });
    else await swarm.council.send({ type: "suspend", account: asker.account }, { signal: never });
    await swarm.until(() => author.network?.connections().every(({ account }) => account !== asker.account) === true);
    assert.equal(await ask(asker.network, author, update), "PEER_UNREACHABLE");
    letGo();
    await swarm.stopAll();
  });
}

test("R5: someone without a licence gets nothing, though it knows everyone's peer id", async () => {
  const { swarm, author, letGo } = await inSubmitPhase();
  const network = createMemoryNetwork({
    hub: swarm.hub,
    peerId: "unknown",
    protocolVersion: 1,
    genesisHash: swarm.chain.genesisHash,
    ledgerAddress: swarm.chain.settings.ledger,
  });
  await network.admit([{ peerId: author.peerId, account: author.account, role: "node", addresses: [] }]);
  assert.equal(
    await ask(network, author, { kind: "model", taskId: swarm.taskId, sha256: swarm.stateOf(author).model }),
    "PEER_UNREACHABLE",
  );
  letGo();
  await swarm.stopAll();
});
