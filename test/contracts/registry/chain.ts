import assert from "node:assert/strict";
import { ContractFactory, type ContractTransactionResponse, type InterfaceAbi, type Signer } from "ethers";
import { artifacts, network } from "hardhat";
import type { NodeRegistry } from "../../../types/NodeRegistry.ts";

/** What a deployment is made of; mutants bring their own. */
export interface Build {
  abi: InterfaceAbi;
  bytecode: string;
}

export type Account = Signer & { address: string };

/** A registry on a chain of its own process, and the accounts that play in a scenario. All of its licensors come first in `accounts`. */
export interface World {
  chain: Chain;
  registry: NodeRegistry;
  address: string;
  accounts: Account[];
  /** The council as deployed. */
  licensors: Account[];
}

export interface WorldOptions {
  licensors?: number;
  threshold?: number;
  /** Seconds. */
  suspensionPeriod?: number;
}

export const DAY = 86_400;

/** One in-process chain. Blocks may share a timestamp, so that time moves only where a scenario says so. */
export class Chain {
  readonly #connection: Awaited<ReturnType<typeof connect>>;
  readonly accounts: Account[];

  private constructor(connection: Awaited<ReturnType<typeof connect>>, accounts: Account[]) {
    this.#connection = connection;
    this.accounts = accounts;
  }

  static async open(): Promise<Chain> {
    const connection = await connect();
    return new Chain(connection, await connection.ethers.getSigners());
  }

  async deploy(build: Build, options: WorldOptions = {}): Promise<World> {
    const licensors = this.accounts.slice(0, options.licensors ?? 3);
    const registry = await this.#construct(build, [
      licensors.map((licensor) => licensor.address),
      options.threshold ?? 2,
      options.suspensionPeriod ?? DAY,
    ]);
    return { chain: this, registry, address: await registry.getAddress(), accounts: this.accounts, licensors };
  }

  async #construct(build: Build, args: unknown[]): Promise<NodeRegistry> {
    const factory = new ContractFactory(build.abi, build.bytecode, this.accounts[0] as Account);
    return (await factory.deploy(...args)) as unknown as NodeRegistry;
  }

  /** Deploys with any constructor arguments, to see them refused. */
  deployRaw(build: Build, args: unknown[]): Promise<NodeRegistry> {
    return this.#construct(build, args);
  }

  /** Unix seconds of the newest block. */
  async now(): Promise<number> {
    const block = await this.#connection.ethers.provider.getBlock("latest");
    assert.ok(block);
    return block.timestamp;
  }

  codeAt(address: string): Promise<string> {
    return this.#connection.ethers.provider.getCode(address);
  }

  /** Mines a block at this time, which transactions and views from then on see. */
  async moveTo(timestamp: number): Promise<void> {
    await this.#connection.ethers.provider.send("evm_setNextBlockTimestamp", [timestamp]);
    await this.#connection.ethers.provider.send("evm_mine", []);
  }

  /** Makes the next transaction run at this very time. */
  async nextAt(timestamp: number): Promise<void> {
    await this.#connection.ethers.provider.send("evm_setNextBlockTimestamp", [timestamp]);
  }

  close(): Promise<void> {
    return this.#connection.close();
  }
}

function connect() {
  return network.create({ override: { allowBlocksWithSameTimestamp: true } });
}

/** The registry as the project builds it. */
export async function builtRegistry(): Promise<Build> {
  const artifact = await artifacts.readArtifact("NodeRegistry");
  return { abi: artifact.abi as unknown as InterfaceAbi, bytecode: artifact.bytecode };
}

/** The account with this index; licensors come first. */
export function account(world: World, index: number): Account {
  const found = world.accounts[index];
  assert.ok(found, `the chain has no account ${index}`);
  return found;
}

/** The registry with this account as sender. */
export function as(world: World, sender: Account): NodeRegistry {
  return world.registry.connect(sender);
}

/** Name and arguments of the custom error that a call failed with; undefined where it failed for another reason. */
export function refusalOf(world: World, error: unknown): { name: string; args: unknown[] } | undefined {
  const data = (error as { data?: string | { data?: string } }).data;
  const bytes = typeof data === "string" ? data : data?.data;
  if (bytes === undefined) return undefined;
  const parsed = world.registry.interface.parseError(bytes);
  return parsed === null ? undefined : { name: parsed.name, args: [...parsed.args] };
}

/** Asserts that a call is refused with this custom error and, where given, these arguments. */
export async function refuses(world: World, call: Promise<unknown>, name: string, args?: unknown[]): Promise<void> {
  let refusal: ReturnType<typeof refusalOf>;
  try {
    await call;
  } catch (error) {
    refusal = refusalOf(world, error);
    if (refusal === undefined) throw error;
  }
  assert.ok(refusal, `expected the refusal ${name}, but the call went through`);
  assert.equal(refusal.name, name);
  if (args !== undefined) assert.deepEqual(refusal.args, args);
}

/** Events of a mined transaction as [name, ...arguments], in order. */
export async function eventsOf(world: World, sent: Promise<ContractTransactionResponse>): Promise<unknown[][]> {
  const receipt = await (await sent).wait();
  assert.ok(receipt);
  return receipt.logs.map((log) => {
    const parsed = world.registry.interface.parseLog(log);
    assert.ok(parsed);
    return [parsed.name, ...parsed.args];
  });
}
