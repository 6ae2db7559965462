import { describe, it } from "node:test";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import { again, drop, expectWrong, nth, patch } from "./check.ts";
import { account, buildWorld, hashOf, LICENSORS, NODES, type World } from "./world.ts";

const [node0, node1, , _node3] = NODES as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`];

/** An event after the history's end, in a block of its own. */
const after = (event: (taskId: `0x${string}`) => LedgerEvent) => (world: World) => {
  world.tx().emit(event(nth(world, "TaskCreated", 0).taskId));
};

describe("audit: a council or registry that broke its rules, one change from the right one", () => {
  const cases: [title: string, expected: string[], change: (world: World) => void][] = [
    ["a licence that one licensor gave", ["NOT_DECIDED"], (w) => drop(w, "ActApproved", 1)],
    [
      "a licence for another account than approved",
      ["NOT_DECIDED"],
      (w) => patch(w, "ActProposed", 0, { act: { act: "license", account: node1, expiresAt: 2_000_000 } }),
    ],
    [
      "a licence for longer than approved",
      ["NOT_DECIDED"],
      (w) => patch(w, "NodeAuthorized", 0, { expiresAt: 2_000_001 }),
    ],
    [
      "an approval by a stranger",
      ["NOT_DECIDED", "NOT_LICENSOR"],
      (w) => patch(w, "ActApproved", 1, { licensor: node0 }),
    ],
    [
      "one licensor approving twice",
      ["APPROVAL_INVALID", "NOT_DECIDED"],
      (w) => patch(w, "ActApproved", 1, { licensor: LICENSORS[0] }),
    ],
    [
      "an approval that was for another council",
      ["APPROVAL_INVALID", "NOT_DECIDED"],
      (w) => patch(w, "ActProposed", 0, { epoch: 0 }),
    ],
    ["an act that was decided and not executed", ["NOT_DECIDED"], (w) => drop(w, "ActExecuted", 0)],
    [
      "an act that was executed without its effect",
      ["NOT_DECIDED"],
      (w) => {
        w.decide({ act: "revoke", account: node0 });
      },
    ],
    ["a licence granted twice by one decision", ["NOT_DECIDED"], (w) => again(w, "NodeAuthorized", 0)],
    ["a grant that skips a number", ["NOT_DECIDED"], (w) => patch(w, "NodeAuthorized", 0, { grant: 2 })],
    ["a council without a threshold", ["NOT_DECIDED"], (w) => drop(w, "ThresholdChanged", 0)],
    ["a proposal given twice", ["APPROVAL_INVALID"], (w) => again(w, "ActProposed", 4)],
    ["a miscounted approval", ["APPROVAL_INVALID"], (w) => patch(w, "ActApproved", 1, { approvals: 3 })],
    ["a proposal by a stranger", ["NOT_LICENSOR"], (w) => patch(w, "ActProposed", 0, { proposer: node0 })],
    ["a change of the threshold by nobody", ["NOT_DECIDED"], after(() => ({ type: "ThresholdChanged", threshold: 1 }))],
    [
      "a suspension by a stranger",
      ["NOT_LICENSOR"],
      after(() => ({ type: "NodeSuspended", account: node0, licensor: node1, until: 9 })),
    ],
    [
      "a node registered without a licence",
      ["REGISTRATION_INVALID"],
      after(() => ({
        type: "NodeRegistered",
        account: account(99),
        version: 1,
        peerId: "new",
        encryptionKey: hashOf(1),
        addresses: [],
      })),
    ],
    [
      "another node's peer id",
      ["REGISTRATION_INVALID"],
      after(() => ({
        type: "NodeRegistered",
        account: node1,
        version: 2,
        peerId: "peer0",
        encryptionKey: hashOf(1),
        addresses: [],
      })),
    ],
    [
      "another node's encryption key",
      ["REGISTRATION_INVALID"],
      after(() => ({
        type: "NodeRegistered",
        account: node1,
        version: 2,
        peerId: "new",
        encryptionKey: hashOf(500),
        addresses: [],
      })),
    ],
    [
      "a registration replayed",
      ["REGISTRATION_INVALID"],
      after(() => ({
        type: "NodeRegistered",
        account: node1,
        version: 1,
        peerId: "peer1",
        encryptionKey: hashOf(501),
        addresses: [],
      })),
    ],
  ];
  for (const [title, expected, change] of cases) {
    it(`${expected.join(", ")}: ${title}`, async () => {
      const { world } = buildWorld();
      change(world);
      await expectWrong(world, expected);
    });
  }
});
