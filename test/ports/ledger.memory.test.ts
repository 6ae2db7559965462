import type { RegistryAct } from "../../node/core/ledger/acts.ts";
import { createMemoryChain } from "../../node/adapters/memory/ledger/createChain.ts";
import { createMemoryLedger, type MemoryLedger } from "../../node/adapters/memory/ledger.ts";
import { testEncryptionKey, testSigner } from "../chain/support/signers.ts";
import { ledgerSuite } from "./ledger.suite.ts";

ledgerSuite("memory", async () => {
  let seconds = 1_800_000_000;
  const chain = createMemoryChain({ licensors: [testSigner(1).address], now: () => seconds * 1000 });
  const account = (seed: number) => testSigner(seed).address;
  return {
    account,
    open: async (seed, options) => createMemoryLedger(chain, seed === undefined ? undefined : account(seed), options),
    async registration(seed, _nonce): Promise<RegistryAct & { type: "registerNode" }> {
      const { publicKey: peerKey } = testSigner(1_000 + seed);
      const deadline = seconds + 1_000;
      const signature = new Uint8Array(65);
      return {
        type: "registerNode",
        peerKey,
        encryptionKey: testEncryptionKey(seed),
        addresses: ["/ip4/127.0.0.1/tcp/1"],
        deadline,
        signature,
      };
    },
    time: async () => chain.head.timestamp,
    async passSeconds(more) {
      seconds += more;
    },
    rewind: async (blocks) => chain.rewind(blocks),
    cut: async (ledger) => (ledger as MemoryLedger).setConnected(false),
    restore: async (ledger) => (ledger as MemoryLedger).setConnected(true),
    close: async () => {},
  };
});
