import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import { createMemoryLearner } from "../../node/adapters/memory/learner.ts";
import { tensorSpecs } from "../../node/core/task/document.ts";
import { short } from "../../node/core/units.ts";
import type { PeerComponents, WaitingEvent } from "../../node/daemon/components.ts";
import type { Logger } from "../../node/ports/logger.ts";
import { smallTask } from "./support/document.ts";
import type { Clinic, Overrides } from "./support/clinic.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];
const never = new AbortController().signal;
/** Phases long enough for several lines. */
const LONG = { submitSeconds: 60, attestSeconds: 60, mergeSeconds: 60, rounds: 2 };

/** A swarm whose fourth member misbehaves, until the first one has said what it waits for. */
async function said(kind: WaitingEvent["kind"], fourth: Overrides | undefined) {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, , , d] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  if (fourth) await d.start(fourth);
  const event = () => a.waits.find((wait) => wait.kind === kind);
  await swarm.until(() => event() !== undefined);
  return { swarm, a, d, event: event() as WaitingEvent };
}
/** Acts of one type never get anywhere. */
const mute =
  (type: string): Overrides =>
  ({ ledger, clock }: PeerComponents) => ({
    ledger: {
      ...ledger,
      send: (act, options) =>
        act.type === type
          ? clock.sleep(1e9, options.signal).then(() => ledger.send(act, options))
          : ledger.send(act, options),
    },
  });

for (const [kind, fourth] of [
  ["submissions", undefined],
  ["attestations", mute("attest")],
] as const) {
  test(`a member that makes no ${kind} is named, with the time that has passed and that is left at the most`, async () => {
    const { swarm, d, event } = await said(kind, fourth);
    assert.equal(event.text, `waiting for ${kind} of ${short(d.account)}, 10 s of 60 s`);
    assert.deepEqual([event.missing, event.ofSeconds, Math.floor(event.seconds)], [[d.account], 60, 10]);
    await swarm.stopAll();
  });
}

test("members that do not vote are named, where the model is not final without them", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, , c, d] = swarm.clinics as Four;
  await swarm.startAll({ 2: mute("vote"), 3: mute("vote") });
  await swarm.until(() => a.waits.length > 0);
  assert.equal(a.waits[0]?.text, `waiting for votes of ${short(c.account)} and ${short(d.account)}, 10 s of 60 s`);
  assert.match(c.waits[0]?.text ?? "", /of this node and .*; this node is sending its vote$/);
  await swarm.stopAll();
});

test("lines about one wait come in growing intervals, and at once when what is waited for changes", async () => {
  const swarm = await createSwarm(smallTask({ ...LONG, submitSeconds: 600 }), 4);
  const [a, , c, d] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 2)) await clinic.start();
  await swarm.until(() => (a.waits.at(-1)?.seconds ?? 0) >= 200);
  assert.deepEqual(
    a.waits.map(({ seconds }) => Math.floor(seconds)),
    [10, 20, 40, 80, 140, 200],
  );
  await swarm.clock.advance(20_000);
  assert.equal(a.waits.length, 6);
  await c.start();
  await swarm.until(() => a.waits.length === 7, 30);
  assert.match(
    a.waits.at(-1)?.text ?? "",
    new RegExp(`^waiting for submissions of ${short(d.account)}, 22\\d s`.replace("22\\d s", "3 min 4\\d s of 10 min")),
  );
  await swarm.stopAll();
});

test("a round that takes no time is no wait, and a daemon with nothing left to wait for has no timer", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  await swarm.startAll();
  await swarm.finish();
  await swarm.clock.advance(100_000);
  assert.deepEqual(
    swarm.clinics.map(({ waits }) => waits.map(({ text }) => text)),
    [[], [], [], []],
  );
  // Licences end far later than this.
  const soon = swarm.clock.pending().filter((at) => at < swarm.clock.now() + 3_600_000);
  assert.deepEqual(soon, []);
  await swarm.stopAll();
});

test("R5: an update that nobody gives: whose it is, who is asked, and how often that failed", async () => {
  const swarm = await createSwarm(smallTask({ ...LONG, attestSeconds: 600 }), 4);
  const [a, , , d] = swarm.clinics as Four;
  await swarm.startAll({
    3: (usual) => ({
      store: { ...usual.store, put: async (bytes) => usual.store.cidOf(bytes) },
      network: {
        ...usual.network,
        serveFiles: () => usual.network.serveFiles(async () => ({ refused: "no" })),
      },
    }),
  });
  const text = () => a.waits.at(-1)?.text ?? "";
  await swarm.until(() => /tr(y|ies) failed/.test(text()));
  assert.match(text(), /^waiting for attestations of this node, .* s of 10 min; this node is fetching the update of /);
  assert.ok(text().includes(`fetching the update of ${short(d.account)} from ${short(d.account)}`), text());
  await swarm.stopAll();
});

/** Training whose second step never ends. */
const slow = (swarm: Swarm) =>
  createMemoryLearner({
    specs: tensorSpecs(swarm.document),
    seed: 0,
    onStep: ({ batch }) => swarm.clock.sleep(batch === 3 ? 3_600_000 : 1, never),
  });

test("own training: how far it is; in the log too, with the names that this operator gave", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, , , d] = swarm.clinics as Four;
  const lines: [string, Record<string, unknown> | undefined][] = [];
  const log: Logger = {
    debug: () => undefined,
    info: (message, context) => void lines.push([message, context]),
    warn: () => undefined,
    error: () => undefined,
    child: () => log,
  };
  a.names.set(d.account, "clinic-d");
  await a.start({ learner: slow(swarm), logger: log });
  for (const clinic of swarm.clinics.slice(1, 3)) await clinic.start();
  await swarm.until(() => lines.some(([message]) => message.startsWith("waiting")));
  const [message, context] = lines.find(([text]) => text.startsWith("waiting")) ?? [];
  assert.equal(
    message,
    "waiting for submissions of this node and clinic-d, 10 s of 60 s; this node is training (pass 1 of 1, batch 2 of 4)",
  );
  assert.deepEqual(context?.missing, [a.account, d.account]);
  await a.crash();
  await swarm.stopAll();
});

test("R10: a node that was suspended waits for its licence, and the others not for it", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, b] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 2)) await clinic.start();
  await swarm.until(() => b.waits.length > 0);
  await swarm.council.send({ type: "suspend", account: b.account }, { signal: never });
  await swarm.until(() => b.waits.at(-1)?.kind === "licence" && a.waits.length > 1);
  assert.match(b.waits.at(-1)?.text ?? "", /^waiting for this node's licence, which is suspended, for \d+ d/);
  assert.ok(!a.waits.at(-1)?.missing.includes(b.account));
  await swarm.stopAll();
});

test("R10: a suspended node says so again while the others go from round to round", async () => {
  const swarm = await createSwarm(smallTask({ f: 0, minPeers: 2, startMembers: 4, rounds: 60 }), 4);
  const [a, , , d] = swarm.clinics as Four;
  await swarm.startAll();
  await swarm.council.send({ type: "suspend", account: d.account }, { signal: never });
  await swarm.until(() => d.waits.length === 3);
  assert.deepEqual(
    d.waits.map(({ kind, seconds }) => [kind, Math.round(seconds)]),
    [10, 20, 40].map((s) => ["licence", s]),
  );
  assert.ok(swarm.stateOf(a).phase === "running" && swarm.stateOf(a).round > 5, "no round waited for it");
  await swarm.stopAll();
});

test("R7: a node that lost its disk says that it sits the attempt out", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, b] = swarm.clinics as Four;
  await a.start();
  b.disk = createMemoryDisk();
  await b.start();
  await swarm.until(() => b.waits.length > 0);
  assert.match(
    b.waits[0]?.text ?? "",
    /; this node sits this attempt out, since it may have signed an update that it no/,
  );
  await swarm.stopAll();
});
