import assert from "node:assert/strict";
import { test } from "node:test";
import { SwarmError } from "../../node/core/errors.ts";
import type { PeerComponents } from "../../node/daemon/components.ts";
import type { Clinic } from "./support/clinic.ts";
import { smallTask } from "./support/document.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

const unreachable = async (): Promise<never> => {
  throw new SwarmError("PEER_UNREACHABLE", "nobody gives a file");
};
/** A node to whom nobody gives any file. */
const alone = ({ network, store }: PeerComponents): Partial<PeerComponents> => ({
  network: { ...network, requestFile: unreachable },
  store: { ...store, get: unreachable },
});

/** The first model is `initialModel(document, 1)`. @returns whether a node that nobody gives it to submits in the first attempt */
async function submitsAlone(seed: number): Promise<{ swarm: Swarm; submitted: boolean }> {
  const document = smallTask();
  const swarm = await createSwarm({ ...document, training: { ...document.training, seed } }, 4);
  const [a, , , victim] = swarm.clinics as [Clinic, Clinic, Clinic, Clinic];
  for (const sha256 of await victim.disk.list("model")) await victim.disk.remove("model", sha256);
  await swarm.startAll({ 3: alone });
  await swarm.until(() => swarm.stateOf(a).round === 2);
  const submitted = victim.signed.some((act) => act.type === "submit" && act.ref.round === 1);
  await swarm.stopAll();
  return { swarm, submitted };
}

test("R8: a first model that was made from the task's seed is made by every node itself", async () => {
  const { submitted } = await submitsAlone(1);
  assert.ok(submitted);
});

test("R8: another first model has to be given by somebody", async () => {
  const { submitted } = await submitsAlone(2);
  assert.ok(!submitted);
});
