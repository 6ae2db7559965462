import type { EpochStore } from "../../ports/epochStore.ts";

/** Keeps epochs as long as the process lives. */
export function createMemoryEpochStore(): EpochStore {
  const epochs = new Map<number, Map<string, Uint8Array>>();
  return {
    async keep(epoch, files) {
      epochs.set(epoch, new Map([...files].map(([name, bytes]) => [name, bytes.slice()])));
    },
    read: async (epoch, name) => epochs.get(epoch)?.get(name)?.slice(),
    latest: async () => Math.max(0, ...epochs.keys()),
    async remove(epoch, names) {
      for (const name of names) epochs.get(epoch)?.delete(name);
    },
    names: async (epoch) => [...(epochs.get(epoch)?.keys() ?? [])],
    path: (epoch, name) => `memory:epoch-${epoch}/${name}`,
  };
}
