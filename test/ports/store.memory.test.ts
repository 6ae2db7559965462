import { createMemoryHub } from "../../node/adapters/memory/hub.ts";
import { createMemoryStore } from "../../node/adapters/memory/store.ts";
import { testStore } from "./store.suite.ts";

testStore("in memory", async (_t, count, options) => {
  const hub = createMemoryHub();
  const stores = Array.from({ length: count }, (_, i) => ({
    peerId: `peer${i}`,
    store: createMemoryStore({ hub, peerId: `peer${i}` }),
  }));
  if (options?.apart === true) for (const { peerId } of stores) hub.partition(peerId);
  return { stores, connect: async () => hub.heal() };
});
