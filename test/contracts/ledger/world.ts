/** A ledger under test: the contract, the dumb model beside it, and the registry both of them ask. */
import { createHash } from "node:crypto";
import type { InterfaceAbi } from "ethers";
import { Interface } from "ethers";
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { RoundEvent, TaskParams } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { Chain, Mined } from "./chain.ts";
import { taskId } from "./digests.ts";
import { decodeEvent, fieldValue } from "./events.ts";
import type { stateOfModel } from "./modelTask.ts";
import type { Contract, Registry } from "./registries.ts";

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
  readonly registry: Registry;
  readonly address: Address;
  readonly abi: Interface;
  readonly chainId: bigint;

  constructor(chain: Chain, registry: Registry, ledger: [Address, InterfaceAbi], chainId: bigint) {
    this.chain = chain;
    this.registry = registry;
    this.address = ledger[0];
    this.abi = new Interface(ledger[1]);
    this.chainId = chainId;
  }

  static async open(chain: Chain, ledger: Contract, registry: Registry, minPhaseBlocks: number): Promise<World> {
    const address = await chain.deploy(ledger.abi, ledger.bytecode, [registry.address, minPhaseBlocks]);
    const chainId = BigInt((await chain.provider.request({ method: "eth_chainId" })) as string);
    return new World(chain, registry, [address, ledger.abi], chainId);
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
    // Only `canAdvance` depends on the block it is asked at.
    const tag = name === "canAdvance" ? "pending" : "latest";
    const data = await this.chain.call(this.address, this.abi.encodeFunctionData(name, args), this.abi, tag);
    return this.abi.decodeFunctionResult(name, data)[0];
  }

  async state(id: Bytes32): Promise<State> {
    const output = this.abi.getFunction("stateOf")?.outputs[0];
    if (output === undefined) throw new Error("stateOf is missing from the ABI");
    const state = fieldValue(output, await this.read("stateOf", [id])) as State & { phase: unknown };
    return { ...state, phase: PHASES[Number(state.phase)] ?? "?" };
  }
}
