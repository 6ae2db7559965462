import type { Finality } from "../../adapters/chain/deployment.ts";

/** When events count, as a phrase. */
export function finalityWords(finality: Finality): string {
  switch (finality.kind) {
    case "immediate":
      return "at once";
    case "confirmations":
      return `after ${finality.blocks} confirmations`;
    case "finalized":
      return "when the chain calls them finalized";
  }
}
