/** A ledger under test: the contract, the dumb model beside it, and the registry both of them ask. */
import { createHash } from "node:crypto";
import type { InterfaceAbi } from "ethers";
import { Interface } from "ethers";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { RoundEvent, TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { Chain, Mined } from "./chain.ts";
import { account } from "./chain.ts";
import { taskId } from "./digests.ts";
import { decodeEvent, fieldValue } from "./events.ts";
import type { RegistryFacts } from "./model-task.ts";
import type { stateOfModel } from "./model-task.ts";

export interface Contract {
  abi: InterfaceAbi;
  bytecode: string;
}
export type Standing = "licensed" | "expired" | "barred";
export type State = Omit<ReturnType<typeof stateOfModel>, "phase"> & { phase: string };
export interface Outcome extends Mined {
  events: RoundEvent[];
}

export const PHASES = ["None", "Waiting", "Submit", "Attest", "Merge", "Finished"];
export const DOCUMENT = new TextEncoder().encode('{"name":"test","version":1}');
export const MODEL_CID = "bafyfirstmodel";
/** A stand-in for a file's hash: same words, same file. */
export const fileHash = (...words: unknown[]): Bytes32 =>
  `0x${createHash("sha256").update(words.join("/")).digest("hex")}`;

export const PARAMS: TaskParams = {
  documentHash: `0x${createHash("sha256").update(DOCUMENT).digest("hex")}`,
  modelHash: fileHash("first model"),
  f: 1,
  minPeers: 3,
  startMembers: 4,
  rounds: 3,
  submitSeconds: 100,
  attestSeconds: 200,
  mergeSeconds: 300,
  maxWeight: 50,
  evaluations: true,
};

export class World {
  readonly chain: Chain;
  readonly address: Address;
  readonly abi: Interface;
  readonly chainId: bigint;
  readonly registryAddress: Address;
  readonly #registryAbi: Interface;
  readonly #standing = new Map<Address, Standing>();
  readonly #approved = new Set<Bytes32>();
  #paused = false;

  /** Account 0 is the licensor of every world. */
  readonly facts: RegistryFacts = {
    isLicensor: (who) => who === account(0),
    isEligible: (who) => this.#standing.get(who) === "licensed",
    isBarred: (who) => this.#standing.get(who) === "barred",
    isTaskApproved: (id) => this.#approved.has(id),
    paused: () => this.#paused,
  };

  constructor(chain: Chain, ledger: [Address, InterfaceAbi], registry: [Address, InterfaceAbi], chainId: bigint) {
    this.chain = chain;
    this.address = ledger[0];
    this.abi = new Interface(ledger[1]);
    this.registryAddress = registry[0];
    this.#registryAbi = new Interface(registry[1]);
    this.chainId = chainId;
  }

  static async open(chain: Chain, ledger: Contract, registry: Contract, minPhaseBlocks: number): Promise<World> {
    const registryAddress = await chain.deploy(registry.abi, registry.bytecode, []);
    const address = await chain.deploy(ledger.abi, ledger.bytecode, [registryAddress, minPhaseBlocks]);
    const chainId = BigInt((await chain.provider.request({ method: "eth_chainId" })) as string);
    const world = new World(chain, [address, ledger.abi], [registryAddress, registry.abi], chainId);
    await world.#tell("setLicensor", [account(0), true]);
    return world;
  }

  taskIdOf(params: TaskParams): Bytes32 {
    return taskId({ chainId: this.chainId, ledger: this.address }, params);
  }

  async act(sender: Address, act: RoundAct): Promise<Outcome> {
    const mined = await this.chain.send(sender, this.address, this.encode(act), this.abi);
    return { ...mined, events: mined.logs.map((log) => decodeEvent(this.abi, log)) };
  }

  encode(act: RoundAct): string {
    const { abi } = this;
    if (act.type === "createTask") return abi.encodeFunctionData(act.type, [act.params, act.document, act.modelCid]);
    if (act.type === "submit") return abi.encodeFunctionData(act.type, [act.ref, act.sha256, act.cid, act.weight]);
    if (act.type === "attest") return abi.encodeFunctionData(act.type, [act.ref, act.held, act.refused]);
    if (act.type === "vote") return abi.encodeFunctionData(act.type, [act.ref, act.modelHash, act.evaluation]);
    return abi.encodeFunctionData(act.type, [act.taskId]);
  }

  async read(name: string, args: unknown[]): Promise<unknown> {
    const { data, error } = await this.chain.call(this.address, this.abi.encodeFunctionData(name, args), this.abi);
    if (error !== undefined) throw new Error(`${name} reverted with ${error}`);
    return this.abi.decodeFunctionResult(name, data)[0];
  }

  async state(id: Bytes32): Promise<State> {
    const output = this.abi.getFunction("stateOf")?.outputs[0];
    if (output === undefined) throw new Error("stateOf is missing from the ABI");
    const state = fieldValue(output, await this.read("stateOf", [id])) as State & { phase: unknown };
    return { ...state, phase: PHASES[Number(state.phase)] ?? "?" };
  }

  async license(who: Address[], standing: Standing): Promise<void> {
    await this.#tell("setNodes", [who, standing === "licensed", standing === "barred"]);
    for (const one of who) this.#standing.set(one, standing);
  }

  async approve(id: Bytes32): Promise<void> {
    await this.#tell("approveTask", [id]);
    this.#approved.add(id);
  }

  async pause(value: boolean): Promise<void> {
    await this.#tell("setPaused", [value]);
    this.#paused = value;
  }

  async #tell(name: string, args: unknown[]): Promise<void> {
    const data = this.#registryAbi.encodeFunctionData(name, args);
    const { error } = await this.chain.send(account(0), this.registryAddress, data, this.#registryAbi);
    if (error !== undefined) throw new Error(`${name} reverted with ${error}`);
  }
}

