import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { AdmittedPeer, FileRequest, Hint, Network } from "../../node/ports/network.ts";
import { bytes32Of, hasCode, hashOf, patternBytes, until } from "./support.ts";

/** How a test wants its networks, where they differ from each other. */
export interface NetworkVariant {
  protocolVersion?: number;
  genesis?: number;
  maxFileBytes?: number;
}

export type CreateNetworks = (t: TestContext, variants: NetworkVariant[]) => Promise<Network[]>;

const within = (ms: number) => AbortSignal.timeout(ms);
const bytes = patternBytes(10_000);
const request: FileRequest = { kind: "update", taskId: bytes32Of(7), sha256: hashOf(bytes) };
const options = () => ({ maxBytes: 10_000, signal: within(10_000) });

function registered(networks: Network[], role: AdmittedPeer["role"] = "node"): AdmittedPeer[] {
  return networks.map((network, i) => ({
    peerId: network.peerId,
    account: `0x${String(i + 1).repeat(40)}` as const,
    role,
    addresses: network.addresses(),
  }));
}

function isConnected(network: Network, other: Network): boolean {
  return network.connections().some(({ peerId, connected }) => peerId === other.peerId && connected);
}

/** What every network does. */
export function testNetwork(name: string, create: CreateNetworks): void {
  async function connected(t: TestContext, variants: NetworkVariant[]) {
    const networks = await create(t, variants);
    const registry = registered(networks);
    await Promise.all(networks.map((network) => network.admit(registry)));
    await until(() => networks.every((a) => networks.every((b) => a === b || isConnected(a, b))));
    return { networks, registry };
  }
  async function pair(t: TestContext, ...variants: NetworkVariant[]) {
    const { networks, registry } = await connected(t, [variants[0] ?? {}, variants[1] ?? {}]);
    const [holder, asker] = networks;
    assert.ok(holder && asker);
    return { holder, asker, registry };
  }

  describe(`Network: ${name}`, () => {
    test("R5: an admitted peer asks for a file by its hash, and the holder knows who asks", async (t) => {
      const { holder, asker, registry } = await pair(t);
      const asked: unknown[] = [];
      holder.serveFiles(async (from, what) => {
        asked.push([from.peerId, from.account, from.role, what]);
        return bytes;
      });
      const received = await asker.requestFile(holder.peerId, request, options());
      assert.deepEqual(Buffer.from(received), Buffer.from(bytes));
      assert.deepEqual(asked, [[asker.peerId, registry[1]?.account, "node", request]]);
      assert.ok(asker.traffic().received >= bytes.length);
      assert.ok(holder.traffic().sent >= bytes.length);
      const { content } = holder.traffic();
      assert.ok(content >= bytes.length && content < bytes.length + 500, `${content} bytes of content`);
    });

    test("an empty file passes too", async (t) => {
      const { holder, asker } = await pair(t);
      holder.serveFiles(async () => new Uint8Array(0));
      const empty = { ...request, sha256: hashOf(new Uint8Array(0)) };
      assert.equal((await asker.requestFile(holder.peerId, empty, options())).length, 0);
    });

    test("a refusal carries its reason", async (t) => {
      const { holder, asker } = await pair(t);
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_REFUSED"));
      holder.serveFiles(async () => ({ refused: "not in this snapshot" }));
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), (error: unknown) => {
        hasCode("PEER_REFUSED")(error);
        assert.equal((error as { data: { reason: string } }).data.reason, "not in this snapshot");
        return true;
      });
    });

    test("other bytes than asked for are refused by the asker", async (t) => {
      const { holder, asker } = await pair(t);
      holder.serveFiles(async () => patternBytes(10_000, 2));
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_WRONG_BYTES"));
    });

    test("limits hold on both sides", async (t) => {
      const { holder, asker } = await pair(t, { maxFileBytes: 20_000 });
      holder.serveFiles(async () => bytes);
      const tight = { maxBytes: 9_999, signal: within(10_000) };
      await assert.rejects(asker.requestFile(holder.peerId, request, tight), hasCode("PEER_TOO_LARGE"));
      holder.serveFiles(async () => patternBytes(20_001));
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_REFUSED"));
    });

    test("R5: one transfer per member and file at a time", async (t) => {
      const { holder, asker } = await pair(t);
      let release: (file: Uint8Array) => void = () => undefined;
      let calls = 0;
      holder.serveFiles(() => {
        calls += 1;
        return new Promise((resolve) => {
          release = resolve;
        });
      });
      const first = asker.requestFile(holder.peerId, request, options());
      await until(() => calls === 1);
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_REFUSED"));
      release(bytes);
      assert.equal((await first).length, 10_000);
      assert.equal(calls, 1);
      holder.serveFiles(async () => bytes);
      assert.equal((await asker.requestFile(holder.peerId, request, options())).length, 10_000);
    });

    test("peers of another version, chain or ledger say so", async (t) => {
      for (const other of [{ protocolVersion: 2 }, { genesis: 9 }]) {
        const { holder, asker } = await pair(t, {}, other);
        holder.serveFiles(async () => bytes);
        await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_VERSION"));
      }
    });

    test("who waits too long is freed by its own signal", async (t) => {
      const { holder, asker } = await pair(t);
      holder.serveFiles(() => new Promise(() => undefined));
      const asked = asker.requestFile(holder.peerId, request, { maxBytes: 10_000, signal: within(100) });
      await assert.rejects(asked, hasCode("PEER_TIMEOUT"));
    });

    test("R10: whoever is no longer admitted is cut off at once and gets nothing", async (t) => {
      const { holder, asker, registry } = await pair(t);
      holder.serveFiles(async () => bytes);
      assert.equal((await asker.requestFile(holder.peerId, request, options())).length, 10_000);
      await holder.admit(registry.filter(({ peerId }) => peerId !== asker.peerId));
      assert.deepEqual(holder.connections(), []);
      await until(() => !isConnected(asker, holder));
      await assert.rejects(asker.requestFile(holder.peerId, request, options()), hasCode("PEER_UNREACHABLE"));
      await holder.admit(registry);
      await until(() => isConnected(asker, holder) && isConnected(holder, asker));
      assert.equal((await asker.requestFile(holder.peerId, request, options())).length, 10_000);
    });

    test("one-sided admission connects nobody", async (t) => {
      const [holder, outsider] = await create(t, [{}, {}]);
      assert.ok(holder && outsider);
      let served = 0;
      holder.serveFiles(async () => {
        served += 1;
        return bytes;
      });
      await outsider.admit(registered([holder]));
      await assert.rejects(outsider.requestFile(holder.peerId, request, options()), hasCode("PEER_UNREACHABLE"));
      assert.equal(served, 0);
      await assert.rejects(holder.requestFile(outsider.peerId, request, options()), hasCode("PEER_UNREACHABLE"));
    });

    test("hints reach the others, with the node that delivered them; auditors' hints reach nobody", async (t) => {
      const { networks } = await connected(t, [{}, {}, {}]);
      const [a, b, c] = networks;
      assert.ok(a && b && c);
      const heard: string[] = [];
      const hint: Hint = { taskId: bytes32Of(3), round: 4, attempt: 1, what: "offered" };
      for (const network of networks) {
        network.onHint((from, got) => {
          assert.deepEqual({ ...got, round: 4 }, hint);
          heard.push(`${networks.indexOf(network)} from ${networks.findIndex(({ peerId }) => peerId === from.peerId)}`);
        });
      }
      // Subscriptions travel after the connection: say it again until it was heard, as rounds do.
      let said = 0;
      while (!(heard.some((line) => line.startsWith("1 ")) && heard.some((line) => line.startsWith("2 ")))) {
        await a.publishHint({ ...hint, round: 4 + said });
        said += 1;
        assert.ok(said < 200, "hints are not heard");
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.equal(
        heard.some((line) => line.startsWith("0 ")),
        false,
      );

      const nodes = registered([a, b]);
      const auditor = registered([c], "auditor");
      await Promise.all(networks.map((network) => network.admit([...nodes, ...auditor])));
      heard.length = 0;
      for (let i = 0; i < 20 && !heard.some((line) => line.startsWith("1 ")); i += 1) {
        await c.publishHint({ ...hint, attempt: 1, round: 1000 + i });
        await a.publishHint({ ...hint, round: 2000 + i });
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      assert.ok(heard.some((line) => line.startsWith("1 ")));
      assert.equal(
        heard.some((line) => line.endsWith("from 2")),
        false,
      );
    });

    test("closing ends what runs; closing twice is the same", async (t) => {
      const { holder, asker } = await pair(t);
      let asked = 0;
      holder.serveFiles(() => {
        asked += 1;
        return new Promise(() => undefined);
      });
      const waiting = asker.requestFile(holder.peerId, request, options());
      const outcome = assert.rejects(waiting, hasCode("PEER_TIMEOUT"));
      await until(() => asked === 1);
      await Promise.all([asker.close(), asker.close()]);
      await outcome;
      await until(() => !isConnected(holder, asker));
    });
  });
}
