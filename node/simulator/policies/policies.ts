import { shrinkingF } from "../../adapters/memory/ledger/rules.ts";
import { adoptBeforeFinal } from "./adoptBeforeFinal.ts";
import { lateVotes } from "./lateVotes.ts";
import { mergeWhatArrived } from "./mergeWhatArrived.ts";
import type { PolicyName } from "./names.ts";
import { negativeZero } from "./negativeZero.ts";
import { noServing } from "./noServing.ts";
import type { Policy } from "./policy.ts";

/** How each known mistake is built in. Each has to be found out within a few hundred seeds. */
export const POLICIES: Record<PolicyName, Policy> = {
  "merge-what-arrived": mergeWhatArrived,
  "adopt-before-final": adoptBeforeFinal,
  "holders-f": { ledger: { holders: (f) => f } },
  "no-sync": { lazyDisk: true },
  "unbound-acts": { ledger: { bindsActs: false } },
  "unfinal-blocks": { confirmations: 0 },
  "no-serving": noServing,
  "shrinking-f": { ledger: shrinkingF },
  "negative-zero": negativeZero,
  "late-votes": lateVotes,
};
