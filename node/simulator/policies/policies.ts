import { shrinkingF } from "../../adapters/memory/ledger/rules.ts";
import { adoptBeforeFinal } from "./adoptBeforeFinal.ts";
import { mergeWhatArrived } from "./mergeWhatArrived.ts";
import { negativeZero } from "./negativeZero.ts";
import { noServing } from "./noServing.ts";
import type { Policy } from "./policy.ts";

/** Known mistakes, by the name that `--policy` takes. Each has to be found out within a few hundred seeds. */
export const POLICIES = {
  "merge-what-arrived": mergeWhatArrived,
  "adopt-before-final": adoptBeforeFinal,
  "holders-f": {
    words: "f holders are enough for an update to be included, so that all of them may be liars",
    ledger: { holders: (f) => f },
  },
  "no-sync": {
    words: "transactions are sent before what they speak of is safe from a power cut",
    lazyDisk: true,
  },
  "unbound-acts": {
    words: "the ledger takes acts for another attempt than they were signed for",
    ledger: { bindsActs: false },
  },
  "unfinal-blocks": {
    words: "nodes act on blocks that a chain without finality may still replace",
    confirmations: 0,
  },
  "no-serving": noServing,
  "shrinking-f": {
    words: "with fewer members the ledger allows for fewer faulty ones, though there are as many",
    ledger: shrinkingF,
  },
  "negative-zero": negativeZero,
} as const satisfies Record<string, Policy>;

export type PolicyName = keyof typeof POLICIES;
export const policyNames = Object.keys(POLICIES) as PolicyName[];
