import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeModel } from "../../../node/core/codec.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { taskDocument } from "../../task/fixture.ts";
import { accountOf, createFederation, type Running } from "./support/federation.ts";

/** Rounds of federated learning between a coordinator and clients in memory, on a clock that moves when told to. */

const ROUNDS = 4;
const round = {
  f: 0,
  minPeers: 2,
  startMembers: 2,
  rounds: ROUNDS,
  submitSeconds: 10,
  attestSeconds: 10,
  mergeSeconds: 10,
};
const changes = { mode: "federated" as const, round, limits: { maxUpdateNorm: 1000 } };
const accounts = (...clients: number[]): Address[] => clients.map(accountOf);
const modelOf = (it: Running): unknown => it.told.find(({ event }) => event === "finished")?.modelHash;

test("F5, F8, F12: all clients take part in every round, and all end with the coordinator's model", async () => {
  const it = createFederation(taskDocument({ ...changes, federated: { minClients: 3 } }), 3);
  const clients = [0, 1, 2].map((i) => it.join(i));
  const server = it.serve();
  await it.until(() => [server, ...clients].every((each) => modelOf(each) !== undefined));
  assert.deepEqual(await Promise.all([server, ...clients].map(({ ended }) => ended)), Array(4).fill(undefined));
  assert.deepEqual(
    server.rounds.map((each) => [each.round, each.attempt, each.clients, each.leftOut]),
    [1, 2, 3, 4].map((n) => [n, 0, accounts(0, 1, 2), []]),
  );
  assert.equal(new Set([server, ...clients].map(modelOf)).size, 1);
  assert.equal(server.rounds.at(-1)?.modelHash, modelOf(server));
});

test("F6: a client whose update the task's bound cuts to a fraction says so, once", async () => {
  const it = createFederation(taskDocument({ ...changes, limits: { maxUpdateNorm: 1e-4 } }), 2);
  const clients = [0, 1].map((i) => it.join(i));
  it.serve();
  await it.until(() => clients.every((each) => modelOf(each) !== undefined));
  const warnings = it.lines.filter(
    ({ level, message }) => level === "warn" && /was shortened to .* of its length/.test(message),
  );
  assert.equal(warnings.length, 2, "one of each client");
});

test("F9: the coordinator tells the mean of its clients' figures, weighted by their validation rows", async () => {
  const it = createFederation(taskDocument(changes), 2);
  const rows = [
    { training: 64, validation: 30 },
    { training: 64, validation: 10 },
  ];
  const clients = rows.map((counts, i) => it.join(i, { rows: counts }));
  const server = it.serve();
  await it.until(() => modelOf(server) !== undefined);
  for (const { round: n, figures } of server.rounds.slice(0, -1)) {
    // A client's figures of a round's model are those that it reports with the next round.
    const own = clients.map((client) => it.of(client, "trained")[n]?.figures as { loss: number });
    const [a, b] = own.map(({ loss }) => loss) as [number, number];
    assert.ok(Math.abs((figures?.loss ?? 0) - (30 * a + 10 * b) / 40) < 1e-12);
    assert.equal(figures?.rows, 40);
  }
});

test("F5: a straggler is left out at the deadline, told so, and takes part again", async () => {
  const it = createFederation(taskDocument(changes), 3);
  const gate = Promise.withResolvers<void>();
  const slow = it.join(2, { onStep: () => gate.promise });
  const fast = [0, 1].map((i) => it.join(i));
  const server = it.serve();
  await it.until(() => server.rounds.length >= 1);
  gate.resolve();
  await it.until(() => modelOf(server) !== undefined && modelOf(slow) !== undefined);
  assert.deepEqual(server.rounds[0]?.leftOut, accounts(2));
  assert.deepEqual(server.rounds[0]?.clients, accounts(0, 1));
  assert.ok((server.rounds[0]?.seconds ?? 0) >= 10);
  assert.ok(it.of(slow, "leftOut").some((each) => each.round === 1));
  assert.ok(server.rounds.some((each) => each.clients.includes(accountOf(2))));
  assert.equal(new Set([server, slow, ...fast].map(modelOf)).size, 1);
});

test("F5: too few updates at the deadline: the round is repeated, what came stays, and nothing is merged before", async () => {
  const it = createFederation(taskDocument(changes), 2);
  const gate = Promise.withResolvers<void>();
  const slow = it.join(1, { onStep: () => gate.promise });
  const fast = it.join(0);
  const server = it.serve();
  await it.until(() => it.of(server, "opened").some((each) => each.attempt === 1));
  assert.equal(server.rounds.length, 0);
  gate.resolve();
  await it.until(() => modelOf(server) !== undefined && modelOf(slow) !== undefined);
  const [first] = server.rounds;
  assert.deepEqual([first?.attempt, first?.clients, first?.leftOut], [1, accounts(0, 1), []]);
  assert.equal(it.of(fast, "trained").filter((each) => each.round === 1).length, 1, "nobody trains a round twice");
});

test("F5: with too few clients the coordinator says that it waits, and for how many", async () => {
  const it = createFederation(taskDocument(changes), 2);
  const server = it.serve();
  await it.until(() => it.of(server, "waiting").length > 0);
  const first = it.join(0);
  await it.until(() => it.of(server, "waiting").length > 1);
  assert.deepEqual(
    it.of(server, "waiting").map((each) => [each.here, each.needed]),
    [
      [0, 2],
      [1, 2],
    ],
  );
  assert.match(String(it.of(server, "waiting")[0]?.text), /no client is here, round 1 needs 2/);
  const second = it.join(1);
  await it.until(() => modelOf(server) !== undefined);
  await Promise.all([first, second].map(({ ended }) => ended));
});

test("F5: a client that drops out is left out at once where there are enough; when it is back it gets the model", async () => {
  const it = createFederation(taskDocument({ ...changes, round: { ...round, rounds: 6 } }), 3);
  const gate = Promise.withResolvers<void>();
  const leaving = it.join(2, { onStep: () => gate.promise });
  const steady = [0, 1].map((i) => it.join(i));
  const server = it.serve({ untilFinished: false });
  await it.until(() => it.of(leaving, "asked").length > 0);
  await leaving.stop();
  gate.resolve();
  await it.until(() => server.rounds.length >= 1, 1);
  assert.deepEqual(server.rounds[0]?.leftOut, accounts(2));
  assert.ok((server.rounds[0]?.seconds ?? 99) < 10, "without waiting for the deadline");
  const back = it.join(2);
  await it.until(() => modelOf(server) !== undefined && modelOf(back) !== undefined);
  await server.stop();
  assert.equal(new Set([server, back, ...steady].map(modelOf)).size, 1);
});

test("F4: a sample of the clients is asked, the same whenever the same are there", async () => {
  const federated = { clientsPerRound: 3, minClients: 2 };
  const run = async () => {
    const it = createFederation(taskDocument({ ...changes, federated }), 6);
    const server = it.serve({ untilFinished: false });
    await it.until(() => it.of(server, "waiting").length > 0);
    // The first draw is among those that are faster; from the second on all are there.
    const clients = [0, 1, 2, 3, 4, 5].map((i) => it.join(i));
    await it.until(() => [server, ...clients].every((each) => modelOf(each) !== undefined));
    await server.stop();
    return server.rounds.map((each) => each.clients);
  };
  const drawn = await run();
  for (const clients of drawn.slice(1)) assert.equal(clients.length, 3);
  assert.ok(new Set(drawn.map(String)).size > 1, "not always the same");
  assert.deepEqual((await run()).slice(1), drawn.slice(1));
});

test("F10: models of old rounds go as the task's retention says, single updates as soon as they are merged", async () => {
  const it = createFederation(taskDocument({ ...changes, retainRounds: 2 }), 2);
  const clients = [0, 1].map((i) => it.join(i));
  const server = it.serve();
  await it.until(() => modelOf(server) !== undefined);
  await Promise.all(clients.map(({ ended }) => ended));
  const [disk] = it.disks;
  const hashes = server.rounds.map(({ modelHash }) => modelHash);
  assert.deepEqual(new Set(await disk?.list("model")), new Set(hashes.slice(-2)));
  assert.deepEqual(await disk?.list("update"), []);
  for (const each of it.disks.slice(1)) {
    assert.deepEqual(await each.list("model"), hashes.slice(-1), "a client keeps the last model");
    decodeModel((await each.read("model", hashes.at(-1) as Bytes32)) as Uint8Array);
  }
});
