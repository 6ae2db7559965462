import assert from "node:assert/strict";
import { setImmediate as nextTick } from "node:timers/promises";
import { after, before, describe, it } from "node:test";
import type { Deployment } from "../../node/adapters/chain/deployment.ts";
import { type ChainLedger, createLedger } from "../../node/adapters/chain/ledger.ts";
import { createEndpoint } from "../../node/adapters/chain/rpc/endpoint.ts";
import { createSender } from "../../node/adapters/chain/send/sender.ts";
import { startAnvil, type TestChain } from "./support/anvil.ts";
import { components, deployTestNetwork } from "./support/network.ts";
import { startProxy } from "./support/proxy.ts";
import { silentLogger } from "./support/quiet.ts";
import { testSigner } from "./support/signers.ts";

const signal = new AbortController().signal;

describe("sending transactions", { timeout: 60_000 }, () => {
  let chain: TestChain;
  let deployment: Deployment;
  const opened: ChainLedger[] = [];
  before(async () => {
    chain = await startAnvil();
    deployment = await deployTestNetwork(chain.url);
  });
  after(async () => {
    for (const ledger of opened) await ledger.close();
    await chain.kill();
  });

  async function open(seed: number, rpcUrl = chain.url): Promise<ChainLedger> {
    const ledger = await createLedger({ ...components, deployment, rpcUrl, signer: testSigner(seed) });
    opened.push(ledger);
    return ledger;
  }
  const act = (name: "pause" | "unpause") => ({ type: "propose", act: { act: name } }) as const;
  const sentBy = async (seed: number): Promise<number> =>
    Number(await chain.rpc("eth_getTransactionCount", [testSigner(seed).address, "latest"]));

  async function waitingTransactions(): Promise<number> {
    const { pending } = (await chain.rpc("txpool_status")) as { pending: string };
    return Number(pending);
  }

  it("gets every act mined once when two programs send with the same key at the same time", async () => {
    const [one, two] = [await open(1), await open(1)];
    const before = await sentBy(1);
    // Different acts: the same act with the same nonce would be the same transaction.
    const license = (seed: number) =>
      ({ act: "license", account: testSigner(seed).address, expiresAt: 4_000_000_000 }) as const;
    const sends = Array.from({ length: 12 }, (_, i) =>
      (i % 2 === 0 ? one : two).send({ type: "propose", act: license(100 + i) }, { signal }),
    );
    const receipts = await Promise.all(sends);
    assert.equal(new Set(receipts.map(({ transaction }) => transaction)).size, 12);
    assert.equal(await sentBy(1), before + 12);
  });

  it("warns once for each time that another program sent with its key, and not of what it sent itself", async () => {
    const warnings: unknown[] = [];
    const logger = {
      ...silentLogger,
      warn: (_: string, context: { error?: { code?: string }; transactions?: number } = {}) => {
        warnings.push([context.error?.code, context.transactions]);
      },
    };
    const signer = testSigner(1);
    const one = await createLedger({ ...components, logger, deployment, rpcUrl: chain.url, signer });
    opened.push(one);
    const other = await open(1);
    await one.send(act("pause"), { signal });
    await one.send(act("unpause"), { signal });
    assert.deepEqual(warnings, []);
    await other.send(act("pause"), { signal });
    await other.send(act("unpause"), { signal });
    await one.send(act("pause"), { signal });
    await one.send(act("unpause"), { signal });
    assert.deepEqual(warnings, [["CHAIN_NONCE_CONTESTED", 2]]);
  });

  it("pays what the chain asks for when it signs, not what it asked for at the start", async () => {
    const signer = testSigner(9);
    const endpoint = createEndpoint(chain.url, components);
    const chainId = Number(await chain.rpc("eth_chainId"));
    const sender = createSender({ ...components, endpoint, signer, chainId });
    await chain.rpc("anvil_setBalance", [signer.address, "0x3635c9adc5dea00000"]);
    try {
      for (const fee of [0n, 10n ** 9n, 10n ** 11n]) {
        await chain.rpc("anvil_setNextBlockBaseFeePerGas", [`0x${fee.toString(16)}`]);
        await chain.rpc("evm_mine");
        const mined = await sender.send({ to: signer.address, data: "0x", gasLimit: 30_000 }, signal);
        assert.equal(mined.reverted, false);
      }
    } finally {
      endpoint.close();
      await chain.rpc("anvil_setNextBlockBaseFeePerGas", ["0x0"]);
      await chain.rpc("evm_mine");
    }
  });

  it("waits for the block where the chain does not mine at once, and sends a transaction once", async () => {
    const ledger = await open(1);
    const before = await sentBy(1);
    await chain.rpc("evm_setAutomine", [false]);
    try {
      let mined = false;
      const sending = ledger.send(act("pause"), { signal }).finally(() => {
        mined = true;
      });
      while ((await waitingTransactions()) === 0) await nextTick();
      assert.equal(mined, false);
      await chain.rpc("evm_mine");
      await sending;
    } finally {
      await chain.rpc("evm_setAutomine", [true]);
    }
    assert.equal(await sentBy(1), before + 1);
  });

  it("R7: goes on when the endpoint comes back, and the act happened once", async () => {
    const proxy = await startProxy(chain.url);
    const ledger = await open(1, proxy.url);
    await ledger.send(act("pause"), { signal });
    const before = await sentBy(1);
    await proxy.cut();
    const sending = ledger.send(act("unpause"), { signal });
    await proxy.restore();
    const { block } = await sending;
    assert.ok(block > 0);
    assert.equal(await sentBy(1), before + 1);
    await ledger.close();
    await proxy.cut();
  });

  it("ends at once when its signal aborts while it waits", async () => {
    const proxy = await startProxy(chain.url);
    const ledger = await open(1, proxy.url);
    await proxy.cut();
    const stop = new AbortController();
    const sending = ledger.send(act("pause"), { signal: stop.signal });
    const reason = new Error("enough");
    stop.abort(reason);
    await assert.rejects(sending, reason);
    await ledger.close();
  });

  it("gives up after a while when nobody answers, by its clock", async () => {
    let time = 0;
    const clock = {
      now: () => time,
      async sleep(ms: number) {
        time += ms;
      },
    };
    const endpoint = createEndpoint("http://127.0.0.1:1", { ...components, clock });
    const sender = createSender({ endpoint, signer: testSigner(1), chainId: 1, ...components, clock });
    await assert.rejects(sender.send({ data: "0x", gasLimit: 1 }, signal), { code: "CHAIN_UNREACHABLE" });
    assert.ok(time >= 10_000 && time < 120_000, `${time} ms`);
    endpoint.close();
  });

  it("pays where the chain asks for fees, and says so when the account cannot", async () => {
    await chain.rpc("anvil_setNextBlockBaseFeePerGas", ["0x3b9aca00"]);
    await chain.rpc("evm_mine");
    const ledger = await open(1);
    await assert.rejects(ledger.send(act("pause"), { signal }), {
      code: "CHAIN_NO_FUNDS",
      message: new RegExp(testSigner(1).address),
    });
    await chain.rpc("anvil_setBalance", [testSigner(1).address, "0x56bc75e2d63100000"]);
    await ledger.send(act("pause"), { signal });
  });
});
