import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { taskIdOf } from "../../../node/core/audit/digests.ts";
import { sha256 } from "../../../node/core/hash.ts";
import type { LedgerEvent } from "../../../node/core/ledger/events.ts";
import type { Bytes32 } from "../../../node/core/primitives.ts";
import { codes, expectRight, expectWrong } from "./check.ts";
import { documentOf, parametersOf } from "./document.ts";
import { buildWorld, deployment, hashOf, keccak, NODES, type World } from "./world.ts";

/** A second task by one licensed node, with a first model that nobody has. */
function createBeside(world: World, document: Uint8Array): Bytes32 {
  const params = { ...parametersOf(documentOf(), hashOf(66)), documentHash: sha256(document) };
  const taskId = taskIdOf(keccak, deployment, params);
  const creator = NODES[2] as Bytes32;
  world.tx().emit({ type: "TaskCreated", taskId, creator, params, document, modelCid: "junk" });
  return taskId;
}
const junk = new TextEncoder().encode(`{"version":${"[".repeat(9_000)}${"]".repeat(9_000)}}`);
const approved = (taskId: Bytes32): LedgerEvent => ({ type: "TaskApproved", taskId });
const joined = (taskId: Bytes32): LedgerEvent => ({
  type: "MemberJoined",
  taskId,
  account: NODES[0] as Bytes32,
  index: 0,
});

describe("audit: a task that one node created and nobody wanted", () => {
  it("with a document of junk is a notice, and no audit asks for its model", async () => {
    const { world } = buildWorld();
    const taskId = createBeside(world, junk);
    const report = await expectRight(world);
    assert.deepEqual(codes(report.findings, "notice"), ["TASK_INVALID"]);
    assert.equal(report.findings[0]?.task, taskId);
    assert.equal(report.counts.tasks, 2);
  });

  it("with a model that nobody has is not even that", async () => {
    const { world } = buildWorld();
    createBeside(world, documentOf());
    assert.deepEqual((await expectRight(world)).findings, []);
  });

  it("is checked in full once the council approves it, or approved it before", async () => {
    const later = buildWorld().world;
    const taskId = createBeside(later, documentOf());
    later.decide({ act: "approveTask", taskId }, approved(taskId));
    await expectWrong(later, ["FILE_MISSING"]);

    const earlier = buildWorld().world;
    earlier.decide({ act: "approveTask", taskId }, approved(taskId));
    createBeside(earlier, documentOf());
    await expectWrong(earlier, ["FILE_MISSING"]);

    const unreadable = buildWorld().world;
    const other = createBeside(unreadable, junk);
    unreadable.decide({ act: "approveTask", taskId: other }, approved(other));
    await expectWrong(unreadable, ["TASK_INVALID"]);
  });

  it("is checked in full once somebody joined it without the council", async () => {
    const { world } = buildWorld();
    const taskId = createBeside(world, documentOf());
    world.tx().emit(joined(taskId));
    await expectWrong(world, ["MEMBER_INVALID", "FILE_MISSING"]);
  });
});
