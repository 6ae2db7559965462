import assert from "node:assert/strict";
import { test } from "node:test";
import { openProposals, sameAct, sameLicense } from "../../node/cli/proposals.ts";
import { commandOf } from "../../node/cli/words/acts.ts";
import type { CouncilAct } from "../../node/core/ledger/events.ts";
import { emptyRegistry, type ProposalView } from "../../node/core/ledger/view/registry.ts";

const A = "0x1111111111111111111111111111111111111111";
const B = "0x2222222222222222222222222222222222222222";
const DAY = 86_400;

test("acts are the same if every part is", () => {
  const act: CouncilAct = { act: "license", account: A, expiresAt: 5 };
  assert.ok(sameAct(act, { ...act }));
  for (const other of [
    { ...act, account: B } as const,
    { ...act, expiresAt: 6 },
    { act: "revoke", account: A } as const,
  ])
    assert.ok(!sameAct(act, other));
});

test("a licence counted in days agrees with one proposed up to a week earlier, never with one that lasts longer", () => {
  const wished: CouncilAct = { act: "license", account: A, expiresAt: 400 * DAY };
  const proposed = (days: number): CouncilAct => ({ act: "license", account: A, expiresAt: days * DAY });
  assert.deepEqual(
    [400, 393, 392.99, 400.01].map((days) => sameLicense(proposed(days), wished)),
    [true, true, false, false],
  );
  assert.ok(!sameLicense({ act: "license", account: B, expiresAt: 400 * DAY }, wished));
});

test("only proposals of the present council that were not executed are open", () => {
  const registry = { ...emptyRegistry(), epoch: 2 };
  const proposal = (id: number, epoch: number, executed: boolean): ProposalView => ({
    id,
    act: { act: "pause" },
    actHash: "0x",
    proposer: A,
    epoch,
    approvedBy: [],
    executed,
  });
  for (const each of [proposal(1, 1, false), proposal(2, 2, true), proposal(3, 2, false)])
    registry.proposals.set(each.id, each);
  assert.deepEqual(
    openProposals(registry).map(({ id }) => id),
    [3],
  );
});

test("the next licensor's command names the act itself, not only the proposal's number", () => {
  assert.equal(
    commandOf({ act: "license", account: A, expiresAt: 1_893_456_000 }, 7),
    `swarm license grant ${A} --until 2030-01-01T00:00:00Z`,
  );
  assert.equal(
    commandOf({ act: "removeLicensor", account: B, threshold: 1 }, 7),
    `swarm council remove ${B} --threshold 1`,
  );
});
