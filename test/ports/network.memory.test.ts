import assert from "node:assert/strict";
import { test } from "node:test";
import { createVirtualClock } from "../../node/adapters/memory/clock.ts";
import { createMemoryHub } from "../../node/adapters/memory/hub.ts";
import { createMemoryNetwork } from "../../node/adapters/memory/network.ts";
import { createSeededRandom } from "../../node/adapters/memory/random.ts";
import { type NetworkVariant, testNetwork } from "./network.suite.ts";
import { accountOf, bytes32Of, hasCode, hashOf, patternBytes } from "./support.ts";

function createNetworks(variants: NetworkVariant[], hub = createMemoryHub()) {
  return variants.map(({ protocolVersion = 1, genesis = 1, maxFileBytes }, i) =>
    createMemoryNetwork({
      hub,
      peerId: `peer${i}`,
      protocolVersion,
      genesisHash: bytes32Of(genesis),
      ledgerAddress: accountOf(1),
      ...(maxFileBytes === undefined ? {} : { maxFileBytes }),
    }),
  );
}

testNetwork("in memory", async (_t, variants) => createNetworks(variants));

test("messages take the hub's time, and a line that is cut meanwhile loses them", async () => {
  const clock = createVirtualClock();
  const hub = createMemoryHub({ clock, delayMs: () => 100 });
  const [a, b] = createNetworks([{}, {}], hub);
  assert.ok(a && b);
  const registry = [a, b].map(({ peerId }, i) => ({
    peerId,
    account: accountOf(i),
    role: "node" as const,
    addresses: [],
  }));
  await a.admit(registry);
  await b.admit(registry);
  const bytes = patternBytes(10);
  b.serveFiles(async () => bytes);
  const request = { kind: "model" as const, taskId: bytes32Of(1), sha256: hashOf(bytes) };
  const signal = AbortSignal.timeout(5000);

  let arrived = false;
  const first = a.requestFile("peer1", request, { maxBytes: 10, signal }).then(() => (arrived = true));
  await clock.advance(199);
  assert.equal(arrived, false);
  await clock.advance(1);
  await first;

  const second = assert.rejects(a.requestFile("peer1", request, { maxBytes: 10, signal }), hasCode("PEER_UNREACHABLE"));
  await clock.advance(150);
  hub.partition("peer0", "peer1");
  await clock.advance(50);
  await second;
});

test("virtual time wakes sleepers in order, those that sleep again included", async () => {
  const clock = createVirtualClock(1000);
  const woken: string[] = [];
  const never = new AbortController();
  const run = async (name: string, ...pauses: number[]) => {
    for (const ms of pauses) {
      await clock.sleep(ms, never.signal);
      woken.push(`${name}@${clock.now()}`);
    }
  };
  void run("a", 10, 10, 10);
  void run("b", 20, 5);
  assert.deepEqual(clock.pending(), [1010, 1020]);
  await clock.advance(25);
  assert.deepEqual(woken, ["a@1010", "b@1020", "a@1020", "b@1025"]);
  assert.equal(clock.now(), 1025);
  const sleeping = clock.sleep(5, AbortSignal.abort(new Error("stop")));
  await assert.rejects(sleeping, /stop/);
});

test("seeded bytes repeat for a seed and look random", () => {
  const bytes = createSeededRandom(5).bytes(20_000);
  assert.deepEqual(createSeededRandom(5).bytes(20_000), bytes);
  assert.notDeepEqual(createSeededRandom(6).bytes(20_000), bytes);
  const counts = Array.from({ length: 256 }, () => 0);
  for (const byte of bytes) counts[byte] = (counts[byte] ?? 0) + 1;
  assert.ok(Math.min(...counts) > 30 && Math.max(...counts) < 140);
});
