import type { PeerComponents } from "../../daemon/components.ts";
import { never } from "./never.ts";

/** Calls of ports that take time; what is not listed answers at once and touches nothing that lasts. */
const CALLS = {
  ledger: ["send"],
  store: ["cidOf", "put", "get", "has", "drop"],
  network: ["admit", "requestFile", "publishHint"],
  disk: ["write", "read", "open", "has", "remove", "list", "append", "entries", "compact"],
  sealer: ["seal", "open"],
  learner: ["train", "evaluate"],
} as const satisfies { [Part in keyof PeerComponents]?: readonly (keyof PeerComponents[Part])[] };

export type Part = keyof typeof CALLS;

/** What happens at a daemon's calls. */
export interface Crossing {
  /** Called before and after each; what it waits for delays the call, and where it never resolves, the daemon is dead. */
  at(moment: "before" | "after", part: Part, method: string): Promise<void> | undefined;
  isDead(): boolean;
}

/** Components whose every call passes a crossing: there a daemon can be delayed, or lose its power, so that nothing of it happens any more. */
export function bounded(components: PeerComponents, crossing: Crossing): PeerComponents {
  const wrapped = { ...components };
  for (const part of Object.keys(CALLS) as Part[])
    (wrapped as Record<Part, unknown>)[part] = wrap(components[part], part, crossing);
  return wrapped;
}

type Call = (...args: unknown[]) => Promise<unknown>;

function wrap<T extends object>(target: T, part: Part, crossing: Crossing): T {
  const copy = Object.create(target) as Record<string, unknown>;
  for (const method of CALLS[part]) {
    const call = (target as Record<string, Call>)[method] as Call;
    copy[method] = async (...args: unknown[]): Promise<unknown> => {
      if (crossing.isDead()) return never();
      const before = crossing.at("before", part, method);
      if (before) await before;
      if (crossing.isDead()) return never();
      try {
        return await call.apply(target, args);
      } finally {
        const after = crossing.isDead() ? never() : crossing.at("after", part, method);
        if (after) await after;
        if (crossing.isDead()) await never();
      }
    };
  }
  return copy as T;
}
