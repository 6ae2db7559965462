import { sha256 } from "../../core/hash.ts";
import type { PeerComponents } from "../../daemon/components.ts";
import type { Liar } from "../schedule/schedule.ts";
import { changing } from "./author.ts";
import type { Temper } from "./lying.ts";

/** Lies about the merged model; those who vote wrong all vote for the same one. */
export function asVoter(usual: PeerComponents, what: Liar["voter"], { lies }: Temper): PeerComponents {
  if (what === "honest") return usual;
  return {
    ...usual,
    ledger: changing(usual.ledger, (act) => {
      if (act.type !== "vote" || !lies()) return act;
      if (what === "is silent") return undefined;
      return { ...act, modelHash: sha256(Buffer.from(`another model of round ${act.ref.round}`)) };
    }),
  };
}
