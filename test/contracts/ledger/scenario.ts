/** A task under way, and the acts that honest members would make now. */
import assert from "node:assert/strict";
import hre from "hardhat";
import type { ActRef, RoundAct } from "../../../node/core/ledger/acts.ts";
import type { RoundEvent, TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { account, Chain } from "./chain.ts";
import { membersIn } from "./modelTask.ts";
import { CouncilRegistry, MockRegistry } from "./registries.ts";
import type { Outcome, State } from "./world.ts";
import { DOCUMENT, fileHash, MODEL_CID, PARAMS, World } from "./world.ts";

/** Members have accounts from 1 on: member i of a scenario is `account(i + 1)`. */
export const memberAccount = (member: number): Address => account(member + 1);

let shared: Promise<Chain> | undefined;

/** For programs that use scenarios outside of tests, and have to end. */
export async function closeShared(): Promise<void> {
  await (await shared)?.close();
}

/** A ledger on the mock registry, or on the real one, on the chain that all scenarios of this process share. */
export async function openWorld(minPhaseBlocks = 0, real = false): Promise<World> {
  shared ??= Chain.open();
  const chain = await shared;
  const registry = real
    ? await CouncilRegistry.deploy(chain, await hre.artifacts.readArtifact("NodeRegistry"))
    : await MockRegistry.deploy(chain, await hre.artifacts.readArtifact("MockRegistry"));
  return World.open(chain, await hre.artifacts.readArtifact("SwarmLedger"), registry, minPhaseBlocks);
}

export class Scenario {
  readonly world: World;
  readonly taskId: Bytes32;
  readonly params: TaskParams;

  constructor(world: World, params: TaskParams) {
    this.world = world;
    this.params = params;
    this.taskId = world.taskIdOf(params);
  }

  /** A task, created and approved, with `members` licensed members that joined in order. */
  static async start(
    options: { members?: number; params?: Partial<TaskParams>; minPhaseBlocks?: number; real?: boolean } = {},
  ): Promise<Scenario> {
    const { members = 4, minPhaseBlocks = 0, real = false } = options;
    const params = { ...PARAMS, ...options.params };
    const scenario = new Scenario(await openWorld(minPhaseBlocks, real), params);
    await scenario.done(account(0), { type: "createTask", params, document: DOCUMENT, modelCid: MODEL_CID });
    await scenario.world.registry.approve(scenario.taskId);
    await scenario.enrol(members);
    return scenario;
  }

  async enrol(members: number): Promise<void> {
    const { taskId, world } = this;
    const before = ((await world.read("membersOf", [taskId])) as unknown[]).length;
    const accounts = Array.from({ length: members }, (_, i) => memberAccount(before + i));
    await world.registry.license(accounts, "licensed");
    for (const who of accounts) await this.done(who, { type: "join", taskId });
  }

  state(): Promise<State> {
    return this.world.state(this.taskId);
  }

  /** What an act must name now. */
  async ref(): Promise<ActRef> {
    const { round, attempt, seen } = await this.state();
    return { taskId: this.taskId, round, attempt, seen };
  }

  /** Sends an act that must go through. */
  async done(sender: Address, act: RoundAct): Promise<Outcome> {
    const outcome = await this.world.act(sender, act);
    assert.equal(outcome.error, undefined, `${act.type}: ${outcome.error}(${outcome.args})`);
    return outcome;
  }

  /** Sends an act that must be refused so; @returns the error's arguments */
  async refused(error: string, sender: Address, act: RoundAct): Promise<unknown[]> {
    const outcome = await this.world.act(sender, act);
    assert.equal(outcome.error, error, `${act.type} ${outcome.error === undefined ? "went through" : outcome.args}`);
    return outcome.args;
  }

  async submission(member: number): Promise<Extract<RoundAct, { type: "submit" }>> {
    const ref = await this.ref();
    return {
      type: "submit",
      ref,
      sha256: fileHash("file", member, ref.round),
      cid: `bafyfile${member}`,
      weight: member + 1,
    };
  }

  async attestation(held?: bigint, refused = 0n): Promise<Extract<RoundAct, { type: "attest" }>> {
    const { submitted } = await this.state();
    return { type: "attest", ref: await this.ref(), held: held ?? submitted & ~refused, refused };
  }

  async ballot(modelHash?: Bytes32, evaluation = 9000): Promise<Extract<RoundAct, { type: "vote" }>> {
    const ref = await this.ref();
    return { type: "vote", ref, modelHash: modelHash ?? fileHash("model", ref.round), evaluation };
  }

  async submit(...members: number[]): Promise<RoundEvent[]> {
    return this.#each(members, (member) => this.submission(member));
  }

  async attest(...members: number[]): Promise<RoundEvent[]> {
    return this.#each(members, () => this.attestation());
  }

  async vote(...members: number[]): Promise<RoundEvent[]> {
    return this.#each(members, () => this.ballot());
  }

  /** One whole round by everyone in the snapshot, as far as votes are needed. */
  async round(): Promise<void> {
    const { snapshot, round } = await this.state();
    const members = membersIn(snapshot);
    await this.submit(...members);
    await this.attest(...members);
    for (const member of members) {
      if ((await this.state()).round !== round) break;
      await this.vote(member);
    }
    assert.equal((await this.state()).round, round + 1);
  }

  /** Lets the open phase's deadline pass, by clock and blocks. */
  async pass(): Promise<void> {
    const { chain } = this.world;
    const { deadline, deadlineBlock } = await this.state();
    chain.time = Math.max(chain.time, deadline);
    await chain.mine(Math.max(0, deadlineBlock - chain.block - 1));
  }

  /** Anyone ends the phase whose deadline passed. */
  async expire(): Promise<RoundEvent[]> {
    await this.pass();
    return (await this.done(account(999), { type: "advance", taskId: this.taskId })).events;
  }

  async #each(members: number[], act: (member: number) => Promise<RoundAct>): Promise<RoundEvent[]> {
    const events: RoundEvent[] = [];
    for (const member of members) events.push(...(await this.done(memberAccount(member), await act(member))).events);
    return events;
  }
}
