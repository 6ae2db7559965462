import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createLedger } from "../../node/adapters/chain/ledger.ts";
import { logsIn } from "../../node/adapters/chain/follow/logs.ts";
import type { Endpoint } from "../../node/adapters/chain/rpc/endpoint.ts";
import { SwarmError } from "../../node/core/errors.ts";
import { eventsOf } from "../ports/support/ledgerHarness.ts";
import { Reader } from "../ports/support/reader.ts";
import { startAnvil } from "./support/anvil.ts";
import { startHttpOnly } from "./support/httpOnly.ts";
import { components, deployTestNetwork } from "./support/network.ts";
import { testSigner } from "./support/signers.ts";

const signal = new AbortController().signal;
const pause = { type: "propose", act: { act: "pause" } } as const;

describe("following a chain", { timeout: 60_000 }, () => {
  it("R9: acts on events only once as many blocks follow as the network says", async () => {
    const chain = await startAnvil();
    const deployment = await deployTestNetwork(chain.url, { finality: { kind: "confirmations", blocks: 2 } });
    const ledger = await createLedger({ ...components, deployment, signer: testSigner(1) });
    const reader = new Reader(ledger);
    const { block } = await ledger.send(pause, { signal });
    await chain.rpc("anvil_mine", [1]);
    await reader.reached(block - 1);
    assert.equal(eventsOf(reader.events, "Paused").length, 0);
    await chain.rpc("anvil_mine", [1]);
    await reader.reached(block);
    assert.equal(eventsOf(reader.events, "Paused").length, 1);

    // One block is lost that did not count yet: nobody hears of it.
    await ledger.send(pause, { signal });
    await chain.rpc("anvil_rollback", [1]);
    await chain.rpc("anvil_mine", [4]);
    ledger.poke();
    await reader.reached(block + 3);
    assert.equal(eventsOf(reader.events, "Paused").length, 1);
    assert.ok(reader.updates.every(({ kind }) => kind === "events"));
    await reader.stop();
    await ledger.close();
    await chain.kill();
  });

  it("asks by itself where the endpoint announces nothing, and sooner after a hint", async () => {
    const chain = await startAnvil();
    const deployment = await deployTestNetwork(chain.url);
    const plain = await startHttpOnly(chain.url);
    const slow = { activeMs: 20, idleMs: 60_000 };
    const ledger = await createLedger({ ...components, deployment, rpcUrl: plain.url, signer: testSigner(1) });
    const patient = await createLedger({
      ...components,
      deployment,
      rpcUrl: plain.url,
      follow: { ...slow, activeMs: 60_000 },
    });
    const [reader, hinted] = [new Reader(ledger), new Reader(patient)];
    await hinted.until(() => hinted.updates.length === 1);
    const { block } = await ledger.send(pause, { signal });
    await reader.reached(block);
    assert.equal(ledger.endpoint.announces(), false);
    patient.poke();
    await hinted.reached(block);
    await Promise.all([reader.stop(), hinted.stop(), ledger.close(), patient.close()]);
    await plain.close();
    await chain.kill();
  });

  it("uses a WebSocket for everything where that is all there is", async () => {
    const chain = await startAnvil();
    const deployment = await deployTestNetwork(chain.url);
    const ledger = await createLedger({
      ...components,
      deployment,
      rpcUrl: chain.url.replace("http", "ws"),
      signer: testSigner(1),
    });
    const reader = new Reader(ledger);
    const { block } = await ledger.send(pause, { signal });
    await reader.reached(block);
    assert.equal(eventsOf(reader.events, "Paused").length, 1);
    await reader.stop();
    await ledger.close();
    await chain.kill();
  });

  it("R9: survives a local chain that was killed and lost its last blocks", async () => {
    const folder = await mkdtemp(join(tmpdir(), "chain-"));
    const state = ["--state", join(folder, "state.json")];
    let chain = await startAnvil({ args: state });
    const deployment = await deployTestNetwork(chain.url);
    const ledger = await createLedger({ ...components, deployment, signer: testSigner(1) });
    const reader = new Reader(ledger);
    const kept = await ledger.send(pause, { signal });
    // An orderly end writes the state; what follows is lost by a kill.
    await chain.kill("SIGTERM");
    const port = Number(new URL(chain.url).port);
    chain = await startAnvil({ port, args: state });
    const lost = await ledger.send({ type: "propose", act: { act: "unpause" } }, { signal });
    await reader.reached(lost.block);
    await chain.kill("SIGKILL");
    chain = await startAnvil({ port, args: state });
    await reader.until(() => reader.updates.some(({ kind }) => kind === "rollback"));
    assert.equal(eventsOf(reader.events, "Unpaused").length, 0);
    const again = await ledger.send({ type: "propose", act: { act: "unpause" } }, { signal });
    await reader.reached(again.block);
    assert.equal(again.block, kept.block + 1);
    assert.equal(eventsOf(reader.events, "Unpaused").length, 1);
    await reader.stop();
    await ledger.close();
    await chain.kill();
    await rm(folder, { recursive: true });
  });

  it("stops when another chain answers at the same address", async () => {
    let chain = await startAnvil();
    const deployment = await deployTestNetwork(chain.url);
    const ledger = await createLedger({ ...components, deployment });
    const reader = new Reader(ledger);
    await reader.until(() => reader.updates.length === 1);
    await chain.kill();
    chain = await startAnvil({ port: Number(new URL(chain.url).port), args: ["--timestamp", "1700000000"] });
    assert.equal(((await reader.ended) as SwarmError).code, "CHAIN_OTHER_GENESIS");
    await ledger.close();
    await chain.kill();
  });

  it("asks for smaller ranges where the endpoint finds a range too large, and misses no block", async () => {
    const asked: [number, number][] = [];
    const address = `0x${"11".repeat(20)}` as const;
    const endpoint = {
      async request(_method: string, params: unknown[]) {
        const { fromBlock, toBlock } = params[0] as { fromBlock: string; toBlock: string };
        const [from, to] = [Number(fromBlock), Number(toBlock)];
        if (to - from >= 300)
          throw new SwarmError("CHAIN_RPC_ERROR", "no", { rpcMessage: "query exceeds max block range 300" });
        asked.push([from, to]);
        return [
          {
            address,
            topics: [],
            data: "0x",
            transactionHash: "0x",
            blockNumber: toBlock,
            blockHash: "0x",
            logIndex: "0x0",
          },
        ];
      },
    } as unknown as Endpoint;
    const logs = await logsIn(
      endpoint,
      { registry: address, ledger: address } as never,
      { from: 5, to: 5_000 },
      signal,
    );
    assert.equal(asked[0]?.[0], 5);
    assert.equal(asked.at(-1)?.[1], 5_000);
    asked.slice(1).forEach(([from], i) => assert.equal(from, (asked[i]?.[1] ?? 0) + 1));
    assert.equal(logs.length, asked.length);
  });
});
