import assert from "node:assert/strict";
import { test } from "node:test";
import type { MemoryDisk } from "../../../node/adapters/memory/disk.ts";
import { taskDocument } from "../../task/fixture.ts";
import { accountOf, createFederation, type Running } from "./support/federation.ts";

/** Either side is stopped and started again, and what comes of it is what would have come without. */

const STEPS_PER_TRAINING = 4;
const round = { f: 0, minPeers: 2, startMembers: 2, rounds: 4, submitSeconds: 10, attestSeconds: 10, mergeSeconds: 10 };
const document = taskDocument({ mode: "federated", round, limits: { maxUpdateNorm: 1000 } });
const modelOf = (it: Running): unknown => it.told.find(({ event }) => event === "finished")?.modelHash;

/** Holds a learner back in the first step of its `nth` training. */
function heldIn(nth: number): { onStep: () => Promise<void>; reached: () => boolean; release: () => void } {
  const gate = Promise.withResolvers<void>();
  let steps = 0;
  return {
    onStep: async () => {
      steps += 1;
      if (steps > (nth - 1) * STEPS_PER_TRAINING) await gate.promise;
    },
    reached: () => steps > (nth - 1) * STEPS_PER_TRAINING,
    release: gate.resolve,
  };
}

async function undisturbed(): Promise<unknown> {
  const it = createFederation(document, 2);
  const clients = [0, 1].map((i) => it.join(i));
  const server = it.serve();
  await it.until(() => modelOf(server) !== undefined);
  await Promise.all(clients.map(({ ended }) => ended));
  return modelOf(server);
}

test("F10, F11: the coordinator loses power in the middle of a round: nothing is trained twice, clients say when it is away and back", async () => {
  const it = createFederation(document, 2);
  const slow = heldIn(3);
  const clients = [it.join(0), it.join(1, { onStep: slow.onStep })] as const;
  const before = it.serve();
  await it.until(() => slow.reached() && it.of(clients[0], "trained").some((each) => each.round === 3));
  await before.stop();
  it.disks[0] = (it.disks[0] as MemoryDisk).crash();
  await it.until(() =>
    clients.every((each) => it.of(each, "away").some(({ text }) => /is away since/.test(String(text)))),
  );
  const server = it.serve();
  await it.until(() => clients.every((each) => it.of(each, "back").length > 0));
  slow.release();
  await it.until(() => [server, ...clients].every((each) => modelOf(each) !== undefined));
  for (const client of clients)
    assert.deepEqual(
      it.of(client, "trained").map((each) => each.round),
      [1, 2, 3, 4],
    );
  assert.deepEqual(
    server.rounds.map((each) => each.round),
    [2, 3, 4],
    "the last round's figures are told again",
  );
  assert.equal(modelOf(server), await undisturbed());
});

test("F10: a client that is stopped in its training begins it again, and the model is the same", async () => {
  const it = createFederation(document, 2);
  const slow = heldIn(2);
  const steady = it.join(0);
  const stopped = it.join(1, { onStep: slow.onStep });
  const server = it.serve();
  await it.until(slow.reached);
  await stopped.stop();
  slow.release();
  const again = it.join(1);
  await it.until(() => [server, steady, again].every((each) => modelOf(each) !== undefined));
  assert.ok(server.rounds.every((each) => each.clients.includes(accountOf(1))));
  assert.equal(modelOf(server), await undisturbed());
});

test("F12: a coordinator that is started again after the last round gives the model to whoever comes", async () => {
  const it = createFederation(document, 3);
  const clients = [0, 1].map((i) => it.join(i));
  const first = it.serve();
  await it.until(() => modelOf(first) !== undefined);
  await Promise.all([first, ...clients].map(({ ended }) => ended));
  const server = it.serve({ untilFinished: false });
  const late = it.join(2);
  await it.until(() => modelOf(late) !== undefined);
  assert.equal(modelOf(late), modelOf(first));
  await server.stop();
});
