import assert from "node:assert/strict";
import { test } from "node:test";
import { short } from "../../node/core/units.ts";
import type { WaitingEvent } from "../../node/daemon/components.ts";
import { smallTask } from "./support/document.ts";
import type { Clinic } from "./support/clinic.ts";
import { createSwarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];
/** Phases long enough for several lines. */
const LONG = { submitSeconds: 60, attestSeconds: 60, mergeSeconds: 60, rounds: 2 };

test("the chain's endpoint: how long it is away; then what the round waits for is told again", async () => {
  const swarm = await createSwarm(smallTask({ ...LONG, submitSeconds: 600 }), 4);
  const [a] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => a.waits.length === 1);
  a.ledger.setConnected(false);
  await swarm.until(() => a.waits.length === 3);
  assert.deepEqual(
    a.waits.slice(1).map(({ kind, text }) => [kind, text]),
    [10, 20].map((s) => ["endpoint", `waiting for the chain's endpoint, which does not answer, for ${s} s`]),
  );
  a.ledger.setConnected(true);
  const since = swarm.clock.now();
  await swarm.until(() => a.waits.at(-1)?.kind === "submissions");
  assert.ok(swarm.clock.now() - since >= 10_000, "what is old by then is given the time that news are given");
  await swarm.stopAll();
});

test("an endpoint that is away from the beginning is told of before anything was read", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a] = swarm.clinics as Four;
  a.ledger.setConnected(false);
  await a.start();
  await swarm.until(() => a.waits.length === 1);
  assert.equal(a.waits[0]?.text, "waiting for the chain's endpoint, which does not answer, for 10 s");
  await swarm.stopAll();
});

test("a history that does not come is told of too", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a] = swarm.clinics as Four;
  await a.start(({ ledger, clock }) => ({
    ledger: {
      ...ledger,
      async *follow({ signal }) {
        await clock.sleep(1e9, signal);
        yield* ledger.follow({ signal });
      },
    },
  }));
  await swarm.until(() => a.waits.length === 1);
  assert.equal(a.waits[0]?.text, "waiting for the history of the chain, which is not read yet, for 10 s");
  await swarm.stopAll();
});

test("R1: a chain that stands still: the phase is over, nobody can end it, and the last block gets old", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a] = swarm.clinics as Four;
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => a.waits.at(-1)?.kind === "submissions");
  // Blocks are lost before they are made: transactions go out, and none is ever in one.
  swarm.chain.submit = (sender, act) => ({ transaction: "0x00", sender, act });
  await swarm.until(() => a.waits.at(-1)?.kind === "advance");
  const { text, lastBlockSeconds } = a.waits.at(-1) as WaitingEvent;
  assert.match(
    text,
    /^waiting for any node to end phase submit, whose time is over; no submissions came of .*, for 10 s; this node is sending the transaction for that; the last block is \d+ s old$/,
  );
  assert.ok((lastBlockSeconds ?? 0) >= 60);
  await swarm.stopAll();
});

test("a task that waits for members and for the council says so less and less often", async () => {
  const swarm = await createSwarm(smallTask(LONG), 4);
  const [a, b, , d] = swarm.clinics as Four;
  await swarm.propose({ act: "revoke", account: d.account });
  for (const clinic of swarm.clinics.slice(0, 3)) await clinic.start();
  await swarm.until(() => a.waits.at(-1)?.kind === "members");
  assert.match(
    a.waits.at(-1)?.text ?? "",
    new RegExp(`^waiting for 1 more member: .*none counts now: ${short(d.account)} \\(revoked\\), for \\d+ s$`),
  );
  await swarm.propose({ act: "pause" });
  await swarm.until(() => b.waits.at(-1)?.kind === "unpause");
  const before = b.waits.length;
  await swarm.clock.advance(24 * 3_600_000);
  const lines = b.waits.length - before;
  assert.ok(lines >= 24 && lines < 40, `${lines} lines in a day`);
  await swarm.stopAll();
});
