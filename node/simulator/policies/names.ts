/** Known mistakes that a simulation can be run with, by the name that `--policy` takes, and what is wrong with each. */
export const POLICY_WORDS = {
  "merge-what-arrived": "nodes merge the included updates that have arrived, without waiting for the rest",
  "adopt-before-final": "nodes adopt the model that they merged, before the ledger has finalized it",
  "holders-f": "f holders are enough for an update to be included, so that all of them may be liars",
  "no-sync": "transactions are sent before what they speak of is safe from a power cut",
  "unbound-acts": "the ledger takes acts for another attempt than they were signed for",
  "unfinal-blocks": "nodes act on blocks that a chain without finality may still replace",
  "no-serving": "nodes do not give opened updates to members, so who seals to some only can stop the others",
  "shrinking-f": "with fewer members the ledger allows for fewer faulty ones, though there are as many",
  "negative-zero": "nodes take the median without making 0 of -0, some with one way of sorting and some with another",
  "late-votes":
    "nodes let the evaluations in late votes count, which some have seen and some have not, when they decide whether the task is over",
} as const;

export type PolicyName = keyof typeof POLICY_WORDS;
export const policyNames = Object.keys(POLICY_WORDS) as PolicyName[];
