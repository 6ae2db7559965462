import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import { account } from "./chain.ts";
import { memberAccount, Scenario } from "./scenario.ts";
import { fileHash } from "./world.ts";

describe("a late vote", () => {
  let task: Scenario;
  let late: Extract<RoundAct, { type: "vote" }>;
  beforeEach(async () => {
    task = await Scenario.start();
    await task.enrol(1);
    await task.submit(0, 1, 2, 3);
    await task.attest(0, 1, 2, 3);
    late = await task.ballot();
    await task.vote(0, 1, 2);
  });

  test("for the model that is final is recorded and changes nothing", async () => {
    const before = await task.state();
    const { events } = await task.done(memberAccount(3), late);
    const { taskId } = task;
    const { modelHash, evaluation } = late;
    assert.deepEqual(events, [
      { type: "ModelVoted", taskId, round: 1, attempt: 0, member: 3, modelHash, evaluation, late: true },
    ]);
    assert.deepEqual(await task.state(), before);
  });

  test("is for that model, attempt and digest, by a member of that snapshot that did not vote and is not barred", async () => {
    const sender = memberAccount(3);
    const { ref } = late;
    await task.refused("WrongPhase", sender, { ...late, modelHash: fileHash("another model") });
    await task.refused("WrongPhase", sender, { ...late, ref: { ...ref, attempt: 1 } });
    await task.refused("WrongPhase", sender, { ...late, ref: { ...ref, round: 2 } });
    await task.refused("WrongDigest", sender, { ...late, ref: { ...ref, seen: fileHash("nothing") } });
    await task.refused("InvalidEvaluation", sender, { ...late, evaluation: 10_001 });
    await task.refused("NotInSnapshot", memberAccount(4), late);
    await task.refused("NotMember", account(900), late);
    await task.refused("AlreadyVoted", memberAccount(0), late);
    await task.world.registry.license([sender], "barred");
    await task.refused("Barred", sender, late);
    await task.world.registry.license([sender], "licensed");
    await task.done(sender, late);
    await task.refused("AlreadyVoted", sender, late);
  });

  test("counts while the next round merges, and no longer once that is final too", async () => {
    await task.submit(0, 1, 2, 3, 4);
    await task.attest(0, 1, 2, 3, 4);
    await task.refused("WrongAttempt", memberAccount(3), { ...late, modelHash: fileHash("another model") });
    await task.done(memberAccount(3), late);
    await task.vote(0, 1, 2, 3);
    await task.refused("WrongPhase", memberAccount(3), late);
  });

  test("counts after the last round", async () => {
    await task.round();
    await task.submit(0, 1, 2, 3, 4);
    await task.attest(0, 1, 2, 3, 4);
    const last = await task.ballot();
    await task.vote(0, 1, 2, 3);
    assert.equal((await task.state()).phase, "Finished");
    await task.done(memberAccount(4), last);
  });
});
