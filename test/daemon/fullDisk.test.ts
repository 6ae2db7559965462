import assert from "node:assert/strict";
import { test } from "node:test";
import { createMemoryDisk } from "../../node/adapters/memory/disk.ts";
import type { Clinic } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { allEqual } from "./support/invariants.ts";
import { createSwarm } from "./support/swarm.ts";

test("R7: a node without a journal whose disk is full says so, stops nobody, and takes part once there is room", async () => {
  const swarm = await createSwarm(smallTask({ rounds: 6 }), 4);
  const victim = swarm.clinics[3] as Clinic;
  const room = { isLeft: false };
  victim.disk = createMemoryDisk({ hasRoom: () => room.isLeft });
  await swarm.startAll();
  const [a] = swarm.clinics as [Clinic];
  await swarm.until(() => swarm.stateOf(a).round === 3);
  assert.ok(victim.warnings.some((line) => line.includes("takes no part before its disk has room")));
  assert.deepEqual(victim.signed, [], "it signs nothing that it could not remember");
  room.isLeft = true;
  await swarm.finish();
  allEqual(swarm);
  assert.ok(
    swarm
      .stateOf(a)
      .history.at(-1)
      ?.included.some(({ member }) => member === victim.index),
  );
  await swarm.stopAll();
});
