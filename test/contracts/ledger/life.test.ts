import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoundEvent } from "../../../node/core/ledger/events.ts";
import { account } from "./chain.ts";
import { membersIn } from "./modelTask.ts";
import { memberAccount, Scenario } from "./scenario.ts";

const types = (events: RoundEvent[]): string[] => events.map((event) => event.type);
const find = <T extends RoundEvent["type"]>(events: RoundEvent[], type: T): Extract<RoundEvent, { type: T }> => {
  const event = events.find((one) => one.type === type);
  assert.ok(event, `${type} in ${types(events)}`);
  return event as Extract<RoundEvent, { type: T }>;
};

test("a task runs its rounds and finishes", async () => {
  const task = await Scenario.start();
  for (let round = 1; round <= 3; round++) await task.round();
  const { phase, round, growth, snapshot, deadline, seen } = await task.state();
  assert.deepEqual([phase, round, growth, snapshot, deadline, BigInt(seen)], ["Finished", 4, 0, 0n, 0, 0n]);
  await task.refused("TooEarly", account(999), { type: "advance", taskId: task.taskId });
  await task.refused("TaskFinishedAlready", memberAccount(0), { type: "comeBack", taskId: task.taskId });
  assert.equal(await task.world.read("canAdvance", [task.taskId]), false);
});

test("R1: a deadline needs the clock and the blocks, and then anyone may advance", async () => {
  const task = await Scenario.start({ minPhaseBlocks: 5 });
  const { chain } = task.world;
  const advance = { type: "advance", taskId: task.taskId } as const;
  const refusesEarly = async (): Promise<void> => {
    const { deadline, deadlineBlock } = await task.state();
    assert.equal(await task.world.read("canAdvance", [task.taskId]), false);
    assert.deepEqual(await task.refused("TooEarly", account(999), advance), [BigInt(deadline), BigInt(deadlineBlock)]);
  };
  const blocks = await task.state();
  await chain.mine(blocks.deadlineBlock - chain.block);
  chain.time = blocks.deadline - 1;
  await refusesEarly();
  chain.time = blocks.deadline;
  await task.done(account(999), advance);

  chain.time = (await task.state()).deadline;
  await refusesEarly();
  await task.pass();
  assert.equal(await task.world.read("canAdvance", [task.taskId]), true);
  await task.done(account(999), advance);
});

test("aborted attempts make phases longer, up to 16 times, and final rounds halve them again", async () => {
  const task = await Scenario.start({ minPhaseBlocks: 3, params: { rounds: 9 } });
  for (const growth of [1, 2, 3, 4, 4]) {
    const events = await task.expire();
    const aborted = find(events, "RoundAborted");
    assert.deepEqual([aborted.reason, aborted.growth], ["TooFewSubmissions", growth]);
    const { chain } = task.world;
    const opened = find(events, "RoundOpened");
    assert.equal(opened.deadline, chain.time + 100 * 2 ** growth);
    assert.equal(opened.deadlineBlock, chain.block + 3 * 2 ** growth);
    assert.equal(opened.attempt, aborted.attempt + 1);
  }
  for (const growth of [3, 2, 1, 0, 0]) {
    await task.round();
    assert.equal((await task.state()).growth, growth);
  }
});

test("a round that is final starts the next one's attempts from 0 with the new model", async () => {
  const task = await Scenario.start();
  await task.expire();
  await task.round();
  const { round, attempt, model } = await task.state();
  assert.deepEqual([round, attempt], [2, 0]);
  assert.notEqual(model, task.params.modelHash);
});

test("joiners are in from the next attempt on", async () => {
  const task = await Scenario.start();
  await task.enrol(2);
  assert.equal((await task.state()).snapshot, 0b1111n);
  await task.round();
  assert.equal((await task.state()).snapshot, 0b111111n);
});

test("the first attempt waits for startMembers; once under way, minPeers + f may carry on", async () => {
  const task = await Scenario.start({ members: 5, params: { startMembers: 6 } });
  assert.equal((await task.state()).phase, "Waiting");
  assert.equal(await task.world.read("canAdvance", [task.taskId]), false);
  await task.enrol(1);
  assert.equal((await task.state()).phase, "Submit");
  await task.world.registry.license([memberAccount(4), memberAccount(5)], "expired");
  await task.expire();
  assert.equal((await task.state()).snapshot, 0b1111n);
});

test("R8: three missed attempts make a member absent, until it says it is back", async () => {
  const task = await Scenario.start({ members: 5, params: { startMembers: 5, rounds: 9 } });
  const here = [0, 1, 2, 3];
  const round = async (): Promise<RoundEvent[]> => {
    const { snapshot } = await task.state();
    const complete = membersIn(snapshot).length === here.length;
    const events = [...(await task.submit(...here)), ...(complete ? [] : await task.expire())];
    events.push(...(await task.attest(...here)), ...(complete ? [] : await task.expire()));
    // Five need four votes, four need three.
    return [...events, ...(await task.vote(...here.slice(0, complete ? 3 : 4)))];
  };
  await task.refused("NotAbsent", memberAccount(4), { type: "comeBack", taskId: task.taskId });
  await round();
  await round();
  assert.equal((await task.state()).absent, 0n);
  const third = await round();
  assert.equal(find(third, "AbsenceChanged").absent, 0b10000n);
  assert.equal(find(third, "RoundOpened").snapshot, 0b1111n);
  await round();
  const comeBack = { type: "comeBack", taskId: task.taskId } as const;
  await task.refused("NotMember", account(900), comeBack);
  await task.refused("UnknownTask", memberAccount(4), { ...comeBack, taskId: task.params.modelHash });
  await task.world.registry.license([memberAccount(4)], "barred");
  await task.refused("Barred", memberAccount(4), comeBack);
  await task.world.registry.license([memberAccount(4)], "licensed");
  const { events } = await task.done(memberAccount(4), comeBack);
  assert.deepEqual(events, [{ type: "AbsenceChanged", taskId: task.taskId, absent: 0n }]);
  await round();
  assert.equal((await task.state()).snapshot, 0b11111n);
});

test("R8: one act in an attempt starts the count of missed ones again", async () => {
  const task = await Scenario.start();
  await task.expire();
  await task.expire();
  await task.submit(0);
  await task.expire();
  assert.equal((await task.state()).absent, 0b1110n);
  await task.expire();
  await task.expire();
  assert.equal((await task.state()).absent, 0b1110n);
  await task.expire();
  assert.equal((await task.state()).absent, 0b1111n);
});

test("absent members stay in where the others are too few, and an act makes them present again", async () => {
  const task = await Scenario.start();
  for (let attempt = 0; attempt < 3; attempt++) await task.expire();
  assert.deepEqual([(await task.state()).absent, (await task.state()).snapshot], [0b1111n, 0b1111n]);
  await task.round();
  assert.equal((await task.state()).absent, 0n);
});

test("a task that revocations have broken waits, says who is left, and goes on by itself", async () => {
  const task = await Scenario.start();
  const { taskId } = task;
  await task.world.registry.license([memberAccount(1)], "barred");
  const waiting = find(await task.expire(), "TaskWaiting");
  assert.deepEqual(waiting, { type: "TaskWaiting", taskId, round: 1, needed: 4, eligible: 0b1101n, paused: false });
  const { phase, attempt, snapshot } = await task.state();
  assert.deepEqual([phase, attempt, snapshot], ["Waiting", 1, 0n]);
  assert.deepEqual(await task.refused("TooEarly", account(999), { type: "advance", taskId }), [0n, 0n]);
  await task.refused("WrongPhase", memberAccount(0), await task.submission(0));
  await task.world.registry.license([memberAccount(1)], "licensed");
  assert.equal(await task.world.read("canAdvance", [taskId]), true);
  const { events } = await task.done(account(999), { type: "advance", taskId });
  assert.deepEqual(types(events), ["RoundOpened"]);
  assert.equal((await task.state()).attempt, 1);
});

test("a waiting task goes on when somebody joins", async () => {
  const task = await Scenario.start();
  await task.world.registry.license([memberAccount(0)], "barred");
  await task.expire();
  await task.enrol(1);
  assert.equal((await task.state()).snapshot, 0b11110n);
});

test("a waiting task says so again only when what it says has changed", async () => {
  const task = await Scenario.start({ members: 0 });
  const { taskId, world } = task;
  await world.registry.license([0, 1, 2, 3].map(memberAccount), "licensed");
  await world.registry.pause(true);
  const joined = async (member: number) =>
    (await task.done(memberAccount(member), { type: "join", taskId })).events.at(-1);
  assert.equal((await joined(0))?.type, "TaskWaiting");
  await world.registry.license([memberAccount(1)], "licensed");
  assert.deepEqual(await joined(1), {
    type: "TaskWaiting",
    taskId,
    round: 1,
    needed: 4,
    eligible: 0b11n,
    paused: true,
  });
  await world.registry.license([memberAccount(0)], "expired");
  await joined(2);
  // Member 2 licensed, then expired while member 3 joins: the sets differ, so it is said again.
  await world.registry.license([memberAccount(3)], "licensed");
  assert.equal((await joined(3))?.type, "TaskWaiting");
});

test("an absent member that comes back to a waiting task tries to open it, and says nothing twice", async () => {
  const task = await Scenario.start();
  const { taskId, world } = task;
  for (let attempt = 0; attempt < 3; attempt++) await task.expire();
  await world.registry.pause(true);
  await task.expire();
  const comeBack = { type: "comeBack", taskId } as const;
  assert.deepEqual(types((await task.done(memberAccount(0), comeBack)).events), ["AbsenceChanged"]);
  await world.registry.pause(false);
  assert.deepEqual(types((await task.done(memberAccount(1), comeBack)).events), ["AbsenceChanged", "RoundOpened"]);
});

test("a pause lets the round under way end and opens no other", async () => {
  const task = await Scenario.start();
  await task.world.registry.pause(true);
  await task.round();
  const { phase, round } = await task.state();
  assert.deepEqual([phase, round], ["Waiting", 2]);
  assert.equal(await task.world.read("canAdvance", [task.taskId]), false);
  await task.refused("TooEarly", account(999), { type: "advance", taskId: task.taskId });
  await task.world.registry.pause(false);
  await task.done(account(999), { type: "advance", taskId: task.taskId });
  assert.equal((await task.state()).phase, "Submit");
});

test("R10: n and the quorum stay as the snapshot was, whoever is revoked", async () => {
  const task = await Scenario.start({ members: 5, params: { startMembers: 5 } });
  await task.submit(0, 1, 2, 3, 4);
  await task.attest(0, 1, 2, 3, 4);
  await task.world.registry.license([memberAccount(4)], "barred");
  await task.vote(0, 1, 2);
  assert.equal((await task.state()).phase, "Merge");
  assert.equal(find(await task.vote(3), "RoundFinalized").included, 0b11111n);
});

test("two members without tolerance need each other", async () => {
  const task = await Scenario.start({ members: 2, params: { f: 0, minPeers: 2, startMembers: 2, rounds: 1 } });
  await task.submit(0, 1);
  await task.attest(0, 1);
  await task.vote(0);
  assert.equal((await task.state()).phase, "Merge");
  await task.vote(1);
  assert.equal((await task.state()).phase, "Finished");
});
