import { NO_EVALUATION } from "../../core/ledger/events.ts";
import type { PeerComponents } from "../../daemon/components.ts";
import type { EarlyStopping } from "../schedule/schedule.ts";
import { changing } from "./author.ts";
import type { Temper } from "./lying.ts";

/** Lies about how good the merged model is, so that the task stops too early or never (R11). */
export function asEvaluator(
  usual: PeerComponents,
  what: EarlyStopping["lies"],
  { chance, lies }: Temper,
): PeerComponents {
  if (what === "none") return usual;
  const said = (): number => {
    switch (what) {
      case "the best":
        return 10_000;
      case "the worst":
        return 0;
      case "nothing":
        return NO_EVALUATION;
      case "anything":
        return chance.whole(0, 10_000);
    }
  };
  return {
    ...usual,
    ledger: changing(usual.ledger, (act) => (act.type === "vote" && lies() ? { ...act, evaluation: said() } : act)),
  };
}
