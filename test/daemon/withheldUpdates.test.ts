import assert from "node:assert/strict";
import { test } from "node:test";
import type { PeerComponents } from "../../node/daemon/components.ts";
import type { FileHandler, Network } from "../../node/ports/network.ts";
import { smallTask } from "./support/document.ts";
import { lyingAttester } from "./support/forging.ts";
import type { Clinic, Overrides } from "./support/clinic.ts";
import { createSwarm, type Swarm } from "./support/swarm.ts";

type Four = [Clinic, Clinic, Clinic, Clinic];
const ROUNDS = 3;
const keyOf = ({ index }: Clinic) => `0x${(index + 9).toString(16).padStart(2, "0").repeat(32)}` as const;

/** A network whose peers get their files from `handler` instead. */
const serving = (network: Network, change: (usual: FileHandler) => FileHandler): Network => ({
  ...network,
  serveFiles: (usual) => network.serveFiles(change(usual)),
});
const refusing: FileHandler = async () => ({ refused: "no" });

async function run(overrides: (clinics: Four, swarm: Swarm) => Record<number, Overrides>) {
  const swarm = await createSwarm(smallTask({ rounds: ROUNDS }), 4);
  const clinics = swarm.clinics as Four;
  await swarm.startAll(overrides(clinics, swarm));
  await swarm.finish();
  const [witness] = clinics;
  assert.equal(new Set(clinics.map((clinic) => swarm.stateOf(clinic).model)).size, 1);
  const history = swarm.stateOf(witness).history;
  const includedAt = history.map(({ included }) => included.map(({ member }) => member));
  await swarm.stopAll();
  return { clinics, history, includedAt };
}

/** In every round, that it holds the update of member 3. */
function attestsHolding({ account, signed }: Clinic): void {
  const held = signed.flatMap((act) => (act.type === "attest" ? [act.held] : []));
  assert.equal(held.filter((mask) => (mask & 0b1000n) !== 0n).length, ROUNDS, `${account} ends up holding it`);
}

const all = [1, 2, 3].map(() => [0, 1, 2, 3]);
const honest = [1, 2, 3].map(() => [0, 1, 2]);

test("R5: an author that seals to one member only, and serves nobody, is included: all get its update from that member", async () => {
  const { includedAt, clinics } = await run(([a, , , author]) => ({
    3: ({ sealer, network }) => ({
      sealer: { ...sealer, seal: (bytes) => sealer.seal(bytes, [keyOf(a), keyOf(author)]) },
      network: serving(network, () => refusing),
    }),
  }));
  assert.deepEqual(includedAt, all);
  for (const clinic of clinics.slice(0, 3)) attestsHolding(clinic);
});

test("R5: members ask again for what the only recipient got late", async () => {
  const { includedAt, history } = await run(([a, , , author]) => ({
    3: ({ sealer, network }) => ({
      sealer: { ...sealer, seal: (bytes) => sealer.seal(bytes, [keyOf(a), keyOf(author)]) },
      network: serving(network, () => refusing),
    }),
    0: ({ store, clock }) => ({
      store: {
        ...store,
        get: async (cid, options) => clock.sleep(3_000, options.signal).then(() => store.get(cid, options)),
      },
    }),
    1: deaf,
    2: deaf,
  }));
  assert.deepEqual(includedAt, all);
  assert.ok(history.every(({ attempt }) => attempt === 0));
});

test("R5: members ask again for what the only recipient got late, though another member hangs", async () => {
  const { includedAt, history, clinics } = await run(([a, , , author]) => ({
    3: ({ sealer, network }) => ({
      sealer: { ...sealer, seal: (bytes) => sealer.seal(bytes, [keyOf(a), keyOf(author)]) },
      network: serving(network, () => refusing),
    }),
    0: ({ store, clock }) => ({
      store: {
        ...store,
        get: async (cid, options) => clock.sleep(3_000, options.signal).then(() => store.get(cid, options)),
      },
    }),
    1: ({ network }) => ({ network: serving(network, () => () => new Promise<never>(() => undefined)) }),
    2: deaf,
  }));
  assert.deepEqual(includedAt, all);
  assert.ok(history.every(({ attempt }) => attempt === 0));
  attestsHolding(clinics[2]);
});

test("R5: an author that offers nothing over IPFS is the last to be asked for the opened file", async () => {
  const asked: Record<string, string[]> = {};
  const { includedAt, history, clinics } = await run(() => ({
    0: (usual) => ({ store: { ...usual.store, put: async (bytes) => usual.store.cidOf(bytes) } }),
    1: ({ network }) => ({
      network: {
        ...network,
        requestFile: (from, request, options) => {
          (asked[request.sha256] ??= []).push(from);
          return network.requestFile(from, request, options);
        },
      },
    }),
  }));
  assert.deepEqual(includedAt, all);
  for (const { included } of history) assert.notEqual(asked[included[0]?.sha256 ?? ""]?.[0], clinics[0].peerId);
  assert.ok(Object.keys(asked).length >= ROUNDS);
});

/** Gets nothing over IPFS until it gives up. */
const deaf: Overrides = ({ store, clock }) => ({
  store: {
    ...store,
    get: (_, { signal }) => clock.sleep(1e9, signal).then(() => Promise.reject(new Error("nothing"))),
  },
});

/** Puts what `change` makes of it into the store, under the CID that was announced. */
const offering =
  (change: "nothing" | Uint8Array) =>
  ({ sealer, store, network }: PeerComponents): Partial<PeerComponents> => ({
    sealer: change === "nothing" ? sealer : { ...sealer, seal: async () => ({ sealed: change, unusable: [] }) },
    store: change === "nothing" ? { ...store, put: async (bytes) => store.cidOf(bytes) } : store,
    network: serving(network, () => refusing),
  });

test("R5: an author that withholds its bytes is not included, whatever it attests, and the round is final in the first attempt", async () => {
  const { includedAt, history, clinics } = await run(() => ({
    3: (usual) => ({ ...offering("nothing")(usual), ledger: lyingAttester(usual) }),
  }));
  assert.deepEqual(includedAt, honest);
  assert.ok(history.every(({ attempt }) => attempt === 0));
  const [a, , , author] = clinics;
  assert.equal(
    a.warnings.filter((line) => line.includes(`the update of ${author.account} is left out`)).length,
    ROUNDS,
    a.warnings.join("\n"),
  );
});

test("R5: garbage under the announced CID is refused by name, and costs nobody a deadline", async () => {
  const { includedAt, history, clinics } = await run(() => ({ 3: offering(Buffer.from("not sealed at all")) }));
  assert.deepEqual(includedAt, honest);
  assert.ok(history.every(({ attempt }) => attempt === 0));
  for (const clinic of clinics.slice(0, 3)) {
    assert.equal(
      clinic.warnings.filter((line) => line.includes(`refused the update of ${clinics[3].account}`)).length,
      ROUNDS,
      clinic.warnings.join("\n"),
    );
  }
});

test("R5: a CID that names no file of this network is refused by name, and costs nobody a deadline", async () => {
  const { includedAt, history, clinics } = await run(() => ({
    3: ({ ledger, network }) => ({
      ledger: {
        ...ledger,
        send: (act, options) => ledger.send(act.type === "submit" ? { ...act, cid: "bafyno" } : act, options),
      },
      network: serving(network, () => refusing),
    }),
  }));
  assert.deepEqual(includedAt, honest);
  assert.ok(history.every(({ attempt }) => attempt === 0));
  const { account } = clinics[3];
  for (const { warnings } of clinics.slice(0, 3)) {
    assert.equal(warnings.filter((line) => line.includes(`refused the update of ${account}`)).length, ROUNDS);
  }
});

/** Seals other bytes than those whose hash it submits. */
const sealingOther = ({ sealer }: PeerComponents): Partial<PeerComponents> => ({
  sealer: {
    ...sealer,
    seal: (bytes, to) =>
      sealer.seal(
        bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
        to,
      ),
  },
});

test("R4: a sealed file of other bytes than announced is refused by name", async () => {
  const { includedAt, clinics } = await run(() => ({
    3: (usual) => ({ ...sealingOther(usual), network: serving(usual.network, () => refusing) }),
  }));
  assert.deepEqual(includedAt, honest);
  const [a, , , author] = clinics;
  assert.equal(
    a.warnings.filter((line) => line.includes(`refused the update of ${author.account}: the file it offers has sha256`))
      .length,
    ROUNDS,
    a.warnings.join("\n"),
  );
});

test("R5: an author that seals other bytes and gives the announced ones to one member stops nobody: whoever refused gets them from that member", async () => {
  const { includedAt, history } = await run(([a]) => ({
    3: (usual) => ({
      ...sealingOther(usual),
      network: serving(
        usual.network,
        (serve) => (from, request) =>
          request.kind === "model" || from.account === a.account ? serve(from, request) : refusing(from, request),
      ),
    }),
    // The others look before that member has it, so they refuse.
    0: ({ network, clock }) => ({
      network: {
        ...network,
        requestFile: async (from, request, options) =>
          clock.sleep(300, options.signal).then(() => network.requestFile(from, request, options)),
      },
    }),
  }));
  assert.deepEqual(includedAt, all, "held by its author and by one more");
  assert.ok(history.every(({ attempt }) => attempt === 0));
});

for (const [what, handler] of [
  ["answers with wrong bytes", async () => new Uint8Array(64)],
  ["hangs", () => new Promise<never>(() => undefined)],
] as [string, FileHandler][]) {
  test(`R5: a holder that ${what} is passed over for another`, async () => {
    const { includedAt, history, clinics } = await run(([a, b, , author]) => ({
      // Sealed to a, which misbehaves as a holder, and to b, which does not.
      3: ({ sealer, network }) => ({
        sealer: { ...sealer, seal: (bytes) => sealer.seal(bytes, [keyOf(a), keyOf(b), keyOf(author)]) },
        network: serving(network, () => refusing),
      }),
      0: ({ network }) => ({
        network: serving(
          network,
          (serve) => (from, request) => (request.kind === "update" ? handler(from, request) : serve(from, request)),
        ),
      }),
    }));
    assert.deepEqual(includedAt, all);
    assert.ok(history.every(({ attempt }) => attempt === 0));
    attestsHolding(clinics[2]);
  });
}
