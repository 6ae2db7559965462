import type { PeerComponents } from "../../../node/daemon/components.ts";

/** Components that can die all at once: after `kill` no call begins and none that was under way comes back. */
export function mortal(components: PeerComponents): { components: PeerComponents; kill: () => void } {
  let dead = false;
  const never = new Promise<never>(() => undefined);

  const passing = (answer: unknown): unknown => {
    if (!(answer instanceof Promise)) return answer;
    return answer.then(
      (value) => (dead ? never : value),
      (error) => (dead ? never : Promise.reject(error)),
    );
  };
  const wrap = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => (dead ? never : passing(value.apply(target, args)));
      },
    });

  const { ledger, store, network, disk, sealer, learner, clock, random, logger, merger } = components;
  return {
    // The clock's `now` and the logger answer at once and touch nothing that lasts.
    components: {
      ledger: wrap(ledger),
      store: wrap(store),
      network: wrap(network),
      disk: wrap(disk),
      sealer: wrap(sealer),
      learner: wrap(learner),
      clock,
      random,
      logger,
      ...(merger ? { merger: wrap(merger) } : {}),
    },
    kill: () => {
      dead = true;
    },
  };
}
