import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import { account } from "./chain.ts";
import { memberAccount, Scenario } from "./scenario.ts";
import { fileHash } from "./world.ts";

const NOTHING = fileHash("nothing");
const [first, second] = [memberAccount(0), memberAccount(1)];

let task: Scenario;
/** Four members in the snapshot, a fifth that joined since. */
async function start(): Promise<void> {
  task = await Scenario.start();
  await task.enrol(1);
}

/** What every act of a member is refused for. */
async function refusesStrangeActs(act: Extract<RoundAct, { ref: unknown }>, otherPhase: number): Promise<void> {
  const { ref } = act;
  await task.refused("UnknownTask", first, { ...act, ref: { ...ref, taskId: NOTHING } });
  await task.refused("NotMember", account(900), act);
  await task.refused("NotInSnapshot", memberAccount(4), act);
  assert.deepEqual(await task.refused("WrongAttempt", first, { ...act, ref: { ...ref, round: 2 } }), [1n, 0n]);
  await task.refused("WrongAttempt", first, { ...act, ref: { ...ref, round: 0 } });
  await task.refused("WrongAttempt", first, { ...act, ref: { ...ref, attempt: 1 } });
  assert.deepEqual(await task.refused("WrongDigest", first, { ...act, ref: { ...ref, seen: NOTHING } }), [
    ref.seen,
    NOTHING,
  ]);
  await task.world.registry.license([first], "barred");
  await task.refused("Barred", first, act);
  await task.world.registry.license([first], "expired");
  const wrongPhases = [await task.submission(0), await task.attestation(1n), await task.ballot()].filter(
    (other) => other.type !== act.type,
  );
  for (const other of wrongPhases) {
    const [, actual] = await task.refused("WrongPhase", first, other);
    assert.equal(actual, BigInt(otherPhase));
  }
}

describe("submit", () => {
  beforeEach(start);

  test("R3, R10: only a member of the snapshot, not barred, for the open attempt, with its digest; expired is good enough", async () => {
    await refusesStrangeActs(await task.submission(0), 2);
    await task.done(first, await task.submission(0));
  });

  test("R3: names the opening digest, also after other submissions", async () => {
    const act = await task.submission(1);
    await task.submit(0);
    await task.done(second, act);
  });

  test("once per attempt, with a CID, a hash and a weight in range", async () => {
    const act = await task.submission(0);
    await task.refused("InvalidCid", first, { ...act, cid: "" });
    await task.refused("InvalidCid", first, { ...act, cid: "b".repeat(129) });
    assert.deepEqual(await task.refused("InvalidWeight", first, { ...act, weight: 0 }), [0n, 50n]);
    await task.refused("InvalidWeight", first, { ...act, weight: 51 });
    await task.refused("FileChanged", first, { ...act, sha256: `0x${"0".repeat(64)}` });
    await task.done(first, { ...act, cid: "b".repeat(128), weight: 50 });
    await task.refused("AlreadySubmitted", first, act);
  });

  test("R2: a later attempt of the round takes the same file only, a later round any", async () => {
    const earlier = await task.submission(0);
    await task.submit(0, 1);
    await task.expire();
    const act = await task.submission(0);
    assert.equal(act.ref.attempt, 1);
    const changed = { ...act, sha256: fileHash("another file") };
    assert.deepEqual(await task.refused("FileChanged", first, changed), [earlier.sha256, changed.sha256]);
    await task.expire();
    await task.refused("FileChanged", first, { ...changed, ref: await task.ref() });
    await task.round();
    const next = await task.submission(0);
    await task.done(first, { ...next, sha256: changed.sha256 });
  });

  test("the last submission closes the phase, and acts count past the deadline until someone advances", async () => {
    await task.submit(0, 1, 2);
    await task.pass();
    const events = await task.submit(3);
    assert.equal(events.at(-1)?.type, "SubmissionsClosed");
    assert.equal((await task.state()).phase, "Attest");
  });
});

describe("attest", () => {
  beforeEach(async () => {
    await start();
    await task.submit(0, 1, 2);
    await task.expire();
  });

  test("R3, R10: only a member of the snapshot, not barred, for the open attempt, with its digest; expired is good enough", async () => {
    await refusesStrangeActs(await task.attestation(), 3);
    await task.done(first, await task.attestation());
  });

  test("adds bits for what was submitted, held or refused but not both", async () => {
    await task.refused("InvalidAttestation", first, await task.attestation(0n));
    await task.refused("InvalidAttestation", first, await task.attestation(0b1000n));
    await task.refused("InvalidAttestation", first, await task.attestation(0n, 0b1000n));
    await task.refused("InvalidAttestation", first, await task.attestation(0b011n, 0b010n));
    await task.done(first, await task.attestation(0b001n, 0b010n));
    await task.refused("InvalidAttestation", first, await task.attestation(0b001n, 0b010n));
    await task.refused("InvalidAttestation", first, await task.attestation(0b010n));
    await task.refused("InvalidAttestation", first, await task.attestation(0n, 0b001n));
    assert.equal((await task.state()).decided, 0n);
    const [event] = (await task.done(first, await task.attestation(0b100n))).events;
    assert.deepEqual(event && "held" in event && [event.held, event.refused], [0b101n, 0b010n]);
    assert.equal((await task.state()).decided, 0b1n);
  });

  test("the last decision of the last member, even of one that did not submit, fixes what is merged", async () => {
    await task.attest(0, 1, 2);
    assert.equal((await task.state()).phase, "Attest");
    const events = await task.attest(3);
    assert.equal(events.at(-1)?.type, "InclusionFixed");
    assert.equal((await task.state()).included, 0b111n);
  });

  test("bits of an earlier attempt do not count", async () => {
    await task.attest(0, 1);
    await task.done(memberAccount(2), await task.attestation(0n, 0b111n));
    await task.expire(); // two hold each: enough
    await task.expire(); // nobody voted
    await task.submit(0, 1, 2, 3, 4);
    const events = [...(await task.attest(0)), ...(await task.expire())];
    assert.equal(events.at(-2)?.type, "RoundAborted");
  });

  test("an update that f members hold, but not f+1, is left out", async () => {
    await task.done(first, await task.attestation(0b111n));
    await task.done(second, await task.attestation(0b110n));
    const [aborted] = await task.expire();
    assert.deepEqual(aborted && "reason" in aborted && aborted.reason, "TooFewHeld");
  });
});

describe("vote", () => {
  beforeEach(async () => {
    await start();
    await task.submit(0, 1, 2, 3);
    await task.attest(0, 1, 2, 3);
  });

  test("R3, R10: only a member of the snapshot, not barred, for the open attempt, with its digest; expired is good enough", async () => {
    await refusesStrangeActs(await task.ballot(), 4);
    await task.done(first, await task.ballot());
  });

  test("once per attempt, with an evaluation in range", async () => {
    await task.refused("InvalidEvaluation", first, await task.ballot(undefined, 10_001));
    await task.refused("InvalidEvaluation", first, await task.ballot(undefined, 65_534));
    await task.done(first, await task.ballot(undefined, 10_000));
    await task.refused("AlreadyVoted", first, await task.ballot());
    await task.refused("AlreadyVoted", first, await task.ballot(fileHash("another model")));
    await task.done(second, await task.ballot(undefined, 65_535));
  });

  test("floor((n+f)/2)+1 = 3 of 4 equal votes make a model final", async () => {
    await task.done(memberAccount(3), await task.ballot(fileHash("another model")));
    await task.vote(0, 1);
    assert.equal((await task.state()).phase, "Merge");
    const events = await task.vote(2);
    assert.deepEqual(
      events.map((event) => event.type),
      ["ModelVoted", "RoundFinalized", "RoundOpened"],
    );
    const { model, round, attempt } = await task.state();
    assert.deepEqual([model, round, attempt], [fileHash("model", 1), 2, 0]);
  });

  test("two models with two votes each are none", async () => {
    await task.vote(0, 1);
    for (const member of [2, 3]) await task.done(memberAccount(member), await task.ballot(fileHash("another model")));
    const [aborted] = await task.expire();
    assert.deepEqual(aborted && "reason" in aborted && aborted.reason, "NoQuorum");
    assert.equal((await task.state()).model, task.params.modelHash);
  });
});

test("a task without evaluations takes none", async () => {
  task = await Scenario.start({ params: { evaluations: false } });
  await task.submit(0, 1, 2, 3);
  await task.attest(0, 1, 2, 3);
  await task.refused("InvalidEvaluation", first, await task.ballot(undefined, 0));
  await task.done(first, await task.ballot(undefined, 65_535));
});
