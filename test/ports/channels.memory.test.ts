import { createMemoryChannels } from "../../node/adapters/memory/channels.ts";
import { testChannels } from "./channels.suite.ts";
import { accountOf } from "./support.ts";

testChannels("in memory", async () => {
  const peers = [0, 1].map((i) => ({
    peerId: `peer${i}`,
    account: accountOf(i),
    role: "node" as const,
    addresses: [],
  }));
  return { channels: createMemoryChannels(peers), peerIds: peers.map(({ peerId }) => peerId) };
});
