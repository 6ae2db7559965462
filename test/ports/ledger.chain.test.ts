import { createLedger } from "../../node/adapters/chain/ledger.ts";
import { buildRegistration } from "../../node/adapters/chain/registration.ts";
import type { Ledger } from "../../node/ports/ledger.ts";
import { startAnvil } from "../chain/support/anvil.ts";
import { components, deployTestNetwork } from "../chain/support/network.ts";
import { type Proxy, startProxy } from "../chain/support/proxy.ts";
import { testEncryptionKey, testSigner } from "../chain/support/signers.ts";
import { ledgerSuite } from "./ledger.suite.ts";

ledgerSuite("ethers on anvil", async () => {
  const chain = await startAnvil();
  const deployment = await deployTestNetwork(chain.url);
  const proxies = new Map<Ledger, Proxy>();
  const account = (seed: number) => testSigner(seed).address;
  const time = async (): Promise<number> =>
    Number(((await chain.rpc("eth_getBlockByNumber", ["latest", false])) as { timestamp: string }).timestamp);
  return {
    account,
    time,
    async open(seed, options = {}) {
      const proxy = await startProxy(chain.url);
      const signer = seed === undefined ? {} : { signer: testSigner(seed) };
      const ledger = await createLedger({
        ...components,
        ...signer,
        deployment: { ...deployment, ...options },
        rpcUrl: proxy.url,
      });
      proxies.set(ledger, proxy);
      return ledger;
    },
    async registration(seed, nonce) {
      const peer = testSigner(1_000 + seed);
      const fields = {
        account: account(seed),
        peerKey: peer.publicKey,
        encryptionKey: testEncryptionKey(seed),
        addresses: ["/ip4/127.0.0.1/tcp/1"],
        nonce,
        deadline: (await time()) + 1_000,
      };
      return await buildRegistration(deployment, fields, peer);
    },
    async passSeconds(seconds) {
      await chain.rpc("evm_increaseTime", [seconds]);
    },
    async rewind(blocks) {
      await chain.rpc("anvil_rollback", [blocks]);
    },
    cut: async (ledger) => proxies.get(ledger)?.cut(),
    restore: async (ledger) => proxies.get(ledger)?.restore(),
    async close() {
      for (const [ledger, proxy] of proxies) {
        await ledger.close();
        await proxy.cut();
      }
      await chain.kill();
    },
  };
});
