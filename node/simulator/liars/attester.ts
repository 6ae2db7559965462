import type { PeerComponents } from "../../daemon/components.ts";
import type { Liar } from "../schedule/schedule.ts";
import { changing } from "./author.ts";
import type { Temper } from "./lying.ts";

/** Lies about what is held. (Those who hold all say so even before they could: see `eagerAttestation` in the world.) */
export function asAttester(usual: PeerComponents, what: Liar["attester"], { lies }: Temper): PeerComponents {
  if (what === "honest") return usual;
  return {
    ...usual,
    ledger: changing(usual.ledger, (act) => {
      if (act.type !== "attest" || !lies()) return act;
      if (what === "is silent") return undefined;
      const all = act.held | act.refused;
      return what === "holds all" ? { ...act, held: all, refused: 0n } : { ...act, held: 0n, refused: all };
    }),
  };
}
