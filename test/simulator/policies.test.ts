import assert from "node:assert/strict";
import { test } from "node:test";
import type { ViolationCode } from "../../node/simulator/checks/violation.ts";
import { POLICY_WORDS, type PolicyName, policyNames } from "../../node/simulator/policies/names.ts";
import { POLICIES } from "../../node/simulator/policies/policies.ts";
import { makeSchedule } from "../../node/simulator/schedule/makeSchedule.ts";
import { simulate } from "../../node/simulator/simulate.ts";

/** Seeds within which each known mistake has to be found out. */
const SEEDS = 200;

/** What a mistake may be found out by, so that none counts as caught for another reason. */
const EXPECTED: Record<PolicyName, ViolationCode[]> = {
  "merge-what-arrived": ["MERGES_DIFFER", "SIGNED_TWICE"],
  "adopt-before-final": ["NOT_FINAL"],
  "holders-f": ["STALLED", "AUDIT"],
  "no-sync": ["NOT_ON_DISK", "SIGNED_TWICE"],
  "unbound-acts": ["ACT_MISPLACED"],
  "unfinal-blocks": ["NOT_FINAL"],
  "no-serving": ["STALLED"],
  "shrinking-f": ["SNAPSHOT_TOO_SMALL", "AUDIT"],
  "negative-zero": ["MERGES_DIFFER"],
  "late-votes": ["ACTED_AFTER_STOP", "STALLED"],
};

for (const name of policyNames) {
  test(`the mistake ${name} is found out: ${POLICY_WORDS[name]}`, async () => {
    for (let seed = 1; seed <= SEEDS; seed++) {
      const schedule = makeSchedule(seed, { nodes: 7, f: 2, faults: "all" });
      const { violation } = await simulate(schedule, { policy: POLICIES[name] });
      if (!violation) continue;
      assert.ok(EXPECTED[name].includes(violation.code), `seed ${seed}: ${violation.code}: ${violation.text}`);
      return;
    }
    assert.fail(`not found out within ${SEEDS} seeds`);
  });
}
