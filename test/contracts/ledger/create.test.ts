import assert from "node:assert/strict";
import { before, test } from "node:test";
import hre from "hardhat";
import type { TaskParams } from "../../../node/core/ledger/events.ts";
import { account } from "./chain.ts";
import { opening } from "./digests.ts";
import { memberAccount, openWorld, Scenario } from "./scenario.ts";
import { DOCUMENT, fileHash, MODEL_CID, PARAMS, type World } from "./world.ts";

let world: World;
before(async () => {
  world = await openWorld();
});

const creation = (change: Partial<TaskParams> = {}, document = DOCUMENT, modelCid = MODEL_CID) =>
  ({ type: "createTask", params: { ...PARAMS, ...change }, document, modelCid }) as const;
const hashed = (document: Uint8Array): Partial<TaskParams> => ({
  documentHash: fileHash(new TextDecoder().decode(document)),
});

test("a licensor creates a task: its id commits to chain, ledger and parameters", async () => {
  const fresh = await openWorld();
  const outcome = await fresh.act(account(0), creation());
  const taskId = fresh.taskIdOf(PARAMS);
  assert.deepEqual(outcome.events, [
    { type: "TaskCreated", taskId, creator: account(0), params: PARAMS, document: DOCUMENT, modelCid: MODEL_CID },
  ]);
  assert.equal(await fresh.read("taskIdOf", [PARAMS]), taskId);
  assert.notEqual(world.taskIdOf(PARAMS), taskId);
  const state = await fresh.state(taskId);
  assert.deepEqual([state.phase, state.round, state.attempt, state.model], ["Waiting", 1, 0, PARAMS.modelHash]);
});

test("a licensed node creates a task, whoever is not licensed cannot", async () => {
  const fresh = await openWorld();
  assert.equal((await fresh.act(account(50), creation())).error, "NotEligible");
  await fresh.registry.license([account(50)], "licensed");
  assert.equal((await fresh.act(account(50), creation())).error, undefined);
});

test("a task is created once", async () => {
  const fresh = await openWorld();
  await fresh.act(account(0), creation());
  assert.equal((await fresh.act(account(0), creation())).error, "TaskExists");
});

const empty = new Uint8Array();
const largest = new Uint8Array(24_576).fill(97);
const tooLarge = new Uint8Array(24_577).fill(97);
const wrong: [string, ReturnType<typeof creation>][] = [
  ["modelHash", creation({ modelHash: `0x${"0".repeat(64)}` })],
  ["f", creation({ f: 85, minPeers: 171, startMembers: 256 })],
  ["minPeers", creation({ f: 0, minPeers: 1 })],
  ["minPeers", creation({ f: 1, minPeers: 2 })],
  ["startMembers", creation({ startMembers: 3 })],
  ["startMembers", creation({ minPeers: 4, startMembers: 4 })],
  ["startMembers", creation({ startMembers: 257 })],
  ["rounds", creation({ rounds: 0 })],
  ["submitSeconds", creation({ submitSeconds: 0 })],
  ["submitSeconds", creation({ submitSeconds: 604_801 })],
  ["attestSeconds", creation({ attestSeconds: 0 })],
  ["attestSeconds", creation({ attestSeconds: 604_801 })],
  ["mergeSeconds", creation({ mergeSeconds: 0 })],
  ["mergeSeconds", creation({ mergeSeconds: 604_801 })],
  ["maxWeight", creation({ maxWeight: 0 })],
  ["document", creation(hashed(empty), empty)],
  ["document", creation(hashed(tooLarge), tooLarge)],
  ["documentHash", creation({ documentHash: fileHash("another document") })],
  ["modelCid", creation({}, DOCUMENT, "")],
  ["modelCid", creation({}, DOCUMENT, "b".repeat(129))],
];
for (const [field, act] of wrong) {
  const { params } = act;
  const shown = field in params ? ` (${field} = ${params[field as keyof TaskParams]})` : "";
  test(`parameters out of range are refused by name: ${field}${shown}`, async () => {
    const outcome = await world.act(account(0), act);
    assert.deepEqual([outcome.error, outcome.args], ["InvalidParameter", [field]]);
  });
}

const bounds: [string, ReturnType<typeof creation>][] = [
  ["two peers, no faults", creation({ f: 0, minPeers: 2, startMembers: 2, rounds: 1, maxWeight: 1 })],
  ["the most faults", creation({ f: 84, minPeers: 172, startMembers: 256 })],
  ["the longest phases", creation({ submitSeconds: 604_800, attestSeconds: 604_800, mergeSeconds: 604_800 })],
  ["the shortest phases", creation({ submitSeconds: 1, attestSeconds: 1, mergeSeconds: 1 })],
  ["the largest document", creation(hashed(largest), largest)],
  ["the longest CID", creation({ maxWeight: 2 }, DOCUMENT, "b".repeat(128))],
];
for (const [name, act] of bounds) {
  test(`parameters at their bounds are taken: ${name}`, async () => {
    assert.equal((await world.act(account(0), act)).error, undefined);
  });
}

test("views of an unknown task give zeros", async () => {
  const nothing = fileHash("no such task");
  assert.equal((await world.state(nothing)).phase, "None");
  assert.deepEqual([...((await world.read("membersOf", [nothing])) as unknown[])], []);
  assert.equal(((await world.read("paramsOf", [nothing])) as { rounds: bigint }).rounds, 0n);
  assert.equal(await world.read("canAdvance", [nothing]), false);
});

test("the ledger says what it was deployed with", async () => {
  const other = await openWorld(7);
  assert.equal(await other.read("protocolVersion", []), 1n);
  assert.equal(await other.read("minPhaseBlocks", []), 7n);
  assert.equal(String(await other.read("registry", [])).toLowerCase(), other.registry.address);
  const task = await Scenario.start();
  const stored = (await task.world.read("paramsOf", [task.taskId])) as Record<string, unknown>;
  for (const [name, value] of Object.entries(task.params)) {
    assert.equal(typeof value === "number" ? Number(stored[name]) : stored[name], value, name);
  }
});

test("an account without code is no registry, and phases of 2^32 blocks are no phases", async () => {
  const { chain } = world;
  const { abi, bytecode } = await hre.artifacts.readArtifact("SwarmLedger");
  await assert.rejects(chain.deploy(abi, bytecode, [account(3), 0]), /InvalidParameter registry/);
  await assert.rejects(chain.deploy(abi, bytecode, [world.registry.address, 2 ** 32]), /InvalidParameter/);
});

test("an operator joins an approved task, once, while there is room and it runs", async () => {
  const task = await Scenario.start({ members: 1, params: { rounds: 1 } });
  const { taskId } = task;
  const join = { type: "join", taskId } as const;
  await task.refused("UnknownTask", account(0), { type: "join", taskId: fileHash("no such task") });
  await task.refused("AlreadyMember", memberAccount(0), join);
  await task.refused("NotEligible", memberAccount(1), join);
  await task.enrol(3);
  await task.round();
  await task.world.registry.license([memberAccount(4)], "licensed");
  await task.refused("TaskFinishedAlready", memberAccount(4), join);
});

test("a task that the council did not approve cannot be joined", async () => {
  await world.registry.license([memberAccount(0)], "licensed");
  const act = creation({ rounds: 77 });
  assert.equal((await world.act(account(0), act)).error, undefined);
  const outcome = await world.act(memberAccount(0), { type: "join", taskId: world.taskIdOf(act.params) });
  assert.equal(outcome.error, "NotApproved");
});

test("R3: the opening digest commits to chain, ledger, task, round, attempt, base and snapshot", async () => {
  const task = await Scenario.start();
  const { seen, model, snapshot } = await task.state();
  const where = { chainId: task.world.chainId, ledger: task.world.address };
  assert.equal(seen, opening(where, { taskId: task.taskId, round: 1, attempt: 0, base: model, snapshot }));
});
