import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { audit } from "../../../node/core/audit.ts";
import { SwarmError } from "../../../node/core/errors.ts";
import { expectRight, expectWrong } from "./check.ts";
import { buildWorld, deployment, keccak, NODES, type World } from "./world.ts";

const [node0, _node1, , _node3] = NODES as [`0x${string}`, `0x${string}`, `0x${string}`, `0x${string}`];

describe("audit: what a right ledger may hold", () => {
  it("a round that closed at its deadline without a silent member", async () => {
    await expectRight(buildWorld({ silent: (round) => (round === 3 ? [3] : []) }).world);
  });

  it("but not one that went on with fewer than minPeers", async () => {
    const { world } = buildWorld({ silent: (round) => (round === 3 ? [2, 3] : []) });
    await expectWrong(world, ["TOO_FEW_INCLUDED", "QUORUM_MISSING"]);
  });

  it("a late vote for the final model, also after the task's end", async () => {
    const { world, taskId, models } = buildWorld();
    const vote = {
      type: "ModelVoted",
      taskId,
      round: 3,
      attempt: 0,
      member: 3,
      modelHash: models[3] as `0x${string}`,
      evaluation: 65535,
      late: true,
    } as const;
    world.tx().emit(vote);
    await expectRight(world);
    world.tx().emit(vote);
    await expectWrong(world, ["ACT_REPEATED"]);
  });

  it("the council changing itself, and proposals of the old one being closed", async () => {
    const { world } = buildWorld();
    const act = { act: "addLicensor", account: node0, threshold: 3 } as const;
    world.decide(
      act,
      { type: "LicensorAdded", licensor: node0 },
      { type: "ThresholdChanged", threshold: 3 },
      { type: "CouncilEpochStarted", epoch: 2 },
    );
    await expectRight(world);
    world.epoch = 2;
    world.decide({ act: "pause" }, { type: "Paused" });
    await expectWrong(world, ["NOT_DECIDED"]);
  });
});

describe("audit: its own input", () => {
  const dependencies = (world: World) => ({ files: world.files, deployment, keccak256: keccak });

  it("AUDIT_EVENT_ORDER: events out of order", async () => {
    const { world } = buildWorld();
    await assert.rejects(
      audit(world.events.toReversed(), dependencies(world)),
      (error) => error instanceof SwarmError && error.code === "AUDIT_EVENT_ORDER",
    );
  });

  it("reads events as they come, tells its progress, and stops when it is told to", async () => {
    const { world } = buildWorld();
    async function* stream() {
      yield* world.events;
    }
    const seen: number[] = [];
    const report = await audit(stream(), { ...dependencies(world), onProgress: ({ events }) => seen.push(events) });
    assert.equal(report.verdict, "right");
    assert.deepEqual(
      seen,
      Array.from({ length: world.events.length }, (_, i) => i + 1),
    );
    const signal = AbortSignal.abort(new Error("enough"));
    await assert.rejects(audit(stream(), { ...dependencies(world), signal }), /enough/);
  });
});
