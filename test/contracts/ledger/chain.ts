/** An in-process chain whose clock and height only move when a test says so. */
import type { InterfaceAbi } from "ethers";
import { Interface } from "ethers";
import { network } from "hardhat";
import type { Address } from "../../../node/core/primitives.ts";

export interface Mined {
  /** Name of the custom error, or undefined if the transaction went through. */
  error: string | undefined;
  /** The error's arguments. */
  args: unknown[];
  logs: { address: string; topics: string[]; data: string }[];
  gas: number;
  block: number;
  time: number;
  /** Address of the contract that the transaction created. */
  created: Address | undefined;
}

/** An account per index; unlocked on first use. */
export const account = (index: number): Address => `0x${(0xacc0_0000 + index).toString(16).padStart(40, "0")}`;

const hex = (n: number | bigint): string => `0x${n.toString(16)}`;

const GAS = 16_000_000;
/** One gwei: above the base fee, whatever large blocks raise it to. */
const GAS_PRICE = hex(1_000_000_000);
const START = 1_800_000_000;
type Connection = Awaited<ReturnType<typeof network.create>>;
type Provider = Connection["provider"];

export class Chain {
  readonly provider: Provider;
  readonly #connection: Connection;
  /** Unix seconds that the next block will carry. */
  time = START;
  /** Height of the last block. */
  block = 0;
  readonly #unlocked = new Set<Address>();

  constructor(connection: Connection) {
    this.#connection = connection;
    this.provider = connection.provider;
  }

  static async open(): Promise<Chain> {
    const connection = await network.create({
      override: {
        allowBlocksWithSameTimestamp: true,
        initialBaseFeePerGas: 0,
        initialDate: new Date((START - 1) * 1000),
        allowUnlimitedContractSize: true,
      },
    });
    const chain = new Chain(connection);
    chain.block = Number(await chain.provider.request({ method: "eth_blockNumber" }));
    return chain;
  }

  async send(from: Address, to: Address | undefined, data: string, errors: Interface): Promise<Mined> {
    const { provider } = this;
    if (!this.#unlocked.has(from)) {
      await provider.request({ method: "hardhat_impersonateAccount", params: [from] });
      await provider.request({ method: "hardhat_setBalance", params: [from, hex(2n ** 100n)] });
      this.#unlocked.add(from);
    }
    await provider.request({ method: "evm_setNextBlockTimestamp", params: [hex(this.time)] });
    const transaction = { from, to, data, gas: hex(GAS), gasPrice: GAS_PRICE };
    this.block += 1;
    const at = { block: this.block, time: this.time };
    try {
      const hash = await provider.request({ method: "eth_sendTransaction", params: [transaction] });
      const receipt = (await provider.request({ method: "eth_getTransactionReceipt", params: [hash] })) as {
        logs: Mined["logs"];
        gasUsed: string;
        contractAddress: Address | null;
        blockNumber: string;
      };
      if (Number(receipt.blockNumber) !== at.block) throw new Error(`mined in ${receipt.blockNumber}, not ${at.block}`);
      const created = receipt.contractAddress ?? undefined;
      return { error: undefined, args: [], logs: receipt.logs, gas: Number(receipt.gasUsed), created, ...at };
    } catch (error) {
      const refusal = parseRefusal(error, errors);
      return { ...refusal, logs: [], gas: 0, created: undefined, ...at };
    }
  }

  /** The result of a call in the last block, or in the one that the next transaction would be in. */
  async call(to: Address, data: string, errors: Interface, tag: "latest" | "pending" = "latest"): Promise<string> {
    const { provider } = this;
    if (tag === "pending") {
      await provider.request({ method: "evm_setNextBlockTimestamp", params: [hex(this.time)] });
    }
    try {
      return (await provider.request({ method: "eth_call", params: [{ from: account(0), to, data }, tag] })) as string;
    } catch (error) {
      throw new Error(`the call reverted with ${parseRefusal(error, errors).error}`, { cause: error });
    }
  }

  async mine(blocks: number): Promise<void> {
    if (blocks === 0) return;
    await this.provider.request({ method: "hardhat_mine", params: [hex(blocks), "0x0"] });
    this.block += blocks;
  }

  close(): Promise<void> {
    return this.#connection.close();
  }

  async deploy(abi: InterfaceAbi, bytecode: string, args: unknown[]): Promise<Address> {
    const contract = new Interface(abi);
    const mined = await this.send(account(0), undefined, bytecode + contract.encodeDeploy(args).slice(2), contract);
    if (mined.created === undefined) throw new Error(`deployment failed: ${mined.error} ${mined.args}`);
    return mined.created;
  }
}

/** Anything but a custom error of the contract under test is a broken test, and thrown on. */
function parseRefusal(error: unknown, errors: Interface): { error: string; args: unknown[] } {
  const data = (error as { data?: unknown }).data;
  const bytes = typeof data === "string" ? data : (data as { data?: string } | undefined)?.data;
  const parsed = typeof bytes === "string" ? errors.parseError(bytes) : null;
  if (parsed === null) throw error;
  return { error: parsed.name, args: parsed.args.toArray() };
}
