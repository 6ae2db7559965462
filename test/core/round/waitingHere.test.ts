import assert from "node:assert/strict";
import { test } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { waitHere } from "../../../node/core/round/waiting/here.ts";
import { hereWords } from "../../../node/core/round/waiting/words.ts";
import { account, b32, FIRST_MODEL, T0, TASK } from "./scenario.ts";
import { attested, attesting, here, MERGED, merging, nameOf, own, revoked, said, scenario, voted } from "./waits.ts";

test("what the node does itself: training, sealing, sending, and what failed before", () => {
  const it = scenario().opens();
  assert.deepEqual(hereWords(here(it), nameOf, " (pass 1 of 5)"), ["this node is training (pass 1 of 5)"]);
  it.happens({ type: "trained", round: 1, base: FIRST_MODEL, sha256: b32("50"), weight: 10 });
  assert.deepEqual(own(it), ["this node is sealing its update"]);
  it.happens({ type: "failed", key: it.planned()[0] as string });
  assert.deepEqual(own(it), ["this node is sealing its update (1 try failed)"]);
  it.passes(9).happens({ type: "sealed", round: 1, attempt: 0, seen: b32("e1"), cid: "cid0", sealed: b32("60") });
  assert.deepEqual(own(it), ["this node is sending its submission"]);
  it.happens({ type: "sent", key: it.planned()[0] as string, block: it.state.view.head + 1 });
  assert.deepEqual(own(it), ["this node is sending its submission, which is in a block that is not final yet"]);
});

test("R5: whose updates it fetches, and from whom: the author and those who say that they hold it", () => {
  const it = attesting().opened(0);
  assert.deepEqual(own(it), ["this node is fetching updates of clinic-b from clinic-b and clinic-c from clinic-c"]);
  it.ledger(attested(3, 0b0111n)).opened(1);
  assert.match(own(it).join(), /fetching the update of clinic-c from clinic-c or clinic-d/);
});

test("R6, R8: the base and the last model are asked for from those who voted for them", () => {
  const base = scenario(1).opens();
  base.state.local.models.clear();
  base.ledger();
  assert.deepEqual(own(base), ["this node is fetching the model from clinic-a"]);
  const it = merging().ledger(voted(1), voted(2)).finalizes(MERGED, 0b0111n);
  it.ledger({ type: "TaskFinished", taskId: TASK, rounds: 1, modelHash: MERGED });
  assert.deepEqual(waitHere(it.state), undefined, "it merged that model itself");
  it.state.local.models.delete(MERGED);
  it.state.local.merged.clear();
  it.state.local.verdicts.clear();
  it.passes(4);
  assert.equal(said(it), "waiting for the model that the task ended with from clinic-b and clinic-c, for 4 s");
  assert.deepEqual(own(it), ["this node is fetching the model from clinic-b or clinic-c"]);
});

test("a node without a part in the attempt says why", () => {
  const late = scenario().opens(1, 0, FIRST_MODEL, 0b1110n);
  assert.equal(here(late).part, "not in this attempt");
  assert.match(own(late).join(), /^this node is not in this attempt and enters the next one$/);
  late.ledger({ type: "AbsenceChanged", taskId: TASK, absent: 0b0001n });
  assert.deepEqual(own(late), ["this node was absent and enters the next attempt and is saying that it is back"]);
  const sitting = scenario();
  sitting.state.local.satOut.add("1.0");
  assert.match(own(sitting.opens()).join(), /^this node sits this attempt out/);
  const diverged = scenario().opens().happens({ type: "diverged", round: 1, base: FIRST_MODEL });
  assert.deepEqual(own(diverged), ["this node submits nothing in this round, since its training diverged"]);
});

test("R7: a node that has lost its own update, which is on record, says whom it asks for it", () => {
  const it = scenario().opens().submits(0, b32("5f"));
  it.ledger({ type: "RoundAborted", taskId: TASK, round: 1, attempt: 0, reason: "TooFewSubmissions", growth: 1 });
  assert.deepEqual(own(it.opens(1, 1)), [
    "this node submits nothing before it has its own update back, which is gone from its folder and is fetching it from clinic-b or clinic-c or clinic-d",
  ]);
});

test("R10: a node whose licence ended waits for that, not for the round; expiry counts from the next attempt on", () => {
  const suspended = scenario().opens();
  suspended.ledger({ type: "NodeSuspended", account: account(0), licensor: account(9), until: T0 + 900 }).passes(5);
  assert.equal(said(suspended), "waiting for this node's licence, which is suspended, for 14 min 55 s more");
  const gone = scenario().opens().ledger(revoked(0)).passes(5);
  assert.equal(said(gone), "waiting for this node's licence, which is revoked");
  const expiring: LedgerEvent = { type: "NodeAuthorized", account: account(0), grant: 2, expiresAt: T0 + 3 };
  const inside = scenario().opens().ledger(expiring).passes(5);
  assert.equal(here(inside).wait.kind, "submissions");
  const outside = scenario().opens(1, 0, FIRST_MODEL, 0b1110n).ledger(expiring).passes(5);
  assert.equal(said(outside), "waiting for this node's licence, which is expired");
});
