import type { NameOf } from "../core/round/waiting/words.ts";
import { short } from "../core/units.ts";
import type { PeerInit } from "./components.ts";

/** What a daemon's lines call accounts: itself, by the operator's names, or cut short. */
export const nameOfIn =
  ({ account, names }: Pick<PeerInit, "account" | "names">): NameOf =>
  (other) =>
    other === account ? "this node" : (names?.get(other) ?? short(other));
