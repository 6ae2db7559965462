import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { stateFile } from "../../node/adapters/anvil/state.ts";
import type { Address } from "../../node/core/primitives.ts";
import type { LocalNetwork } from "../local/network.ts";

/** What licensors do in a soak. */
export interface Council {
  suspend(account: Address): Promise<void>;
  /** Returns once the chain has it on disk: a licence must not be lost again with the chain's last second. */
  restore(account: Address): Promise<void>;
  /** No further round opens. */
  pause(): Promise<void>;
}

const LOOK_EVERY = 500;
/** Length of a licence, and how much later its renewals end: a clear difference, or it would count as the same. */
const DAYS = 365;
const MORE_DAYS = 30;

export function councilOf({ commands, options, at }: LocalNetwork, threshold: number, signal: AbortSignal): Council {
  const deciding = at.licensors.slice(0, threshold);
  const saved = async (): Promise<void> => {
    const since = Date.now();
    // Another process writes it, and says nothing.
    while ((await stat(stateFile(at.chain))).mtimeMs <= since) await sleep(LOOK_EVERY, undefined, { signal });
  };
  const renew = async (account: Address, before: number): Promise<void> => {
    const days = DAYS + before * MORE_DAYS;
    for (const home of deciding)
      await commands.run(import("../../node/cli/commands/licenseGrant.ts"), { ...options, home, days }, account);
  };
  const suspensions = new Map<Address, number>();
  return {
    async suspend(account) {
      const before = suspensions.get(account) ?? 0;
      suspensions.set(account, before + 1);
      const home = at.licensors[before % at.licensors.length] as string;
      // Each licensor may suspend a licence once by itself; a renewed one is another.
      if (before > 0 && before % at.licensors.length === 0) await renew(account, before);
      await commands.run(import("../../node/cli/commands/licenseSuspend.ts"), { ...options, home }, account);
    },
    async restore(account) {
      const unsuspend = import("../../node/cli/commands/licenseAct.ts").then((module) => module.unsuspend);
      for (const home of deciding) await commands.run(unsuspend, { ...options, home }, account);
      await saved();
    },
    async pause() {
      const pause = import("../../node/cli/commands/councilAct.ts").then((module) => module.pause);
      for (const home of deciding) await commands.run(pause, { ...options, home });
    },
  };
}
