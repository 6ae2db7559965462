/** The registry a ledger under test asks: a mock that says what it is told, or the real one with a council of one. */
import { createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { hexlify, Interface, SigningKey } from "ethers";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { account, type Chain } from "./chain.ts";
import type { RegistryFacts } from "./modelTask.ts";

export interface Contract {
  abi: ConstructorParameters<typeof Interface>[0];
  bytecode: string;
}
export type Standing = "licensed" | "expired" | "barred";

/** Account 0 is the only licensor, and everyone is barred until licensed. */
abstract class Registry {
  readonly address: Address;
  /** Told of the gas of each call; `propose` is named with the act it carries. */
  onGas: ((call: string, gas: number) => void) | undefined;
  protected readonly chain: Chain;
  protected readonly abi: Interface;
  protected readonly standing = new Map<Address, Standing>();
  readonly #approved = new Set<Bytes32>();
  #paused = false;

  readonly facts: RegistryFacts = {
    isLicensor: (who) => who === account(0),
    isEligible: (who) => this.standing.get(who) === "licensed",
    isBarred: (who) => (this.standing.get(who) ?? "barred") === "barred",
    isTaskApproved: (id) => this.#approved.has(id),
    paused: () => this.#paused,
  };

  constructor(chain: Chain, address: Address, abi: Interface) {
    this.chain = chain;
    this.address = address;
    this.abi = abi;
  }

  abstract license(who: Address[], standing: Standing): Promise<void>;
  protected abstract sendApproval(id: Bytes32): Promise<void>;
  protected abstract sendPause(value: boolean): Promise<void>;

  async approve(id: Bytes32): Promise<void> {
    await this.sendApproval(id);
    this.#approved.add(id);
  }

  async pause(value: boolean): Promise<void> {
    await this.sendPause(value);
    this.#paused = value;
  }

  protected async tell(from: Address, name: string, args: unknown[], label = name): Promise<void> {
    const { error, gas } = await this.chain.send(from, this.address, this.abi.encodeFunctionData(name, args), this.abi);
    if (error !== undefined) throw new Error(`${name} reverted with ${error}`);
    this.onGas?.(label, gas);
  }
}

export type { Registry };

export class MockRegistry extends Registry {
  static async deploy(chain: Chain, { abi, bytecode }: Contract): Promise<MockRegistry> {
    const registry = new MockRegistry(chain, await chain.deploy(abi, bytecode, []), new Interface(abi));
    await registry.tell(account(0), "setLicensor", [account(0), true]);
    return registry;
  }

  async license(who: Address[], standing: Standing): Promise<void> {
    await this.tell(account(0), "setNodes", [who, standing === "licensed", standing === "barred"]);
    for (const one of who) this.standing.set(one, standing);
  }

  protected sendApproval(id: Bytes32): Promise<void> {
    return this.tell(account(0), "approveTask", [id]);
  }

  protected sendPause(value: boolean): Promise<void> {
    return this.tell(account(0), "setPaused", [value]);
  }
}

const FOREVER = 2 ** 40;

export class CouncilRegistry extends Registry {
  readonly #registered = new Set<Address>();

  static async deploy(chain: Chain, { abi, bytecode }: Contract): Promise<CouncilRegistry> {
    return new CouncilRegistry(chain, await chain.deploy(abi, bytecode, [[account(0)], 1, 86_400]), new Interface(abi));
  }

  async license(who: Address[], standing: Standing): Promise<void> {
    for (const one of who) await this.#licenseOne(one, standing);
  }

  async #licenseOne(who: Address, standing: Standing): Promise<void> {
    const had = this.standing.get(who) ?? "barred";
    if (standing === "barred" && had !== "barred") await this.#propose("revoke", [who]);
    if (standing === "licensed") {
      await this.#propose("license", [who, FOREVER]);
      await this.#register(who);
    }
    if (standing === "expired") {
      await this.#propose("license", [who, this.chain.time + 1]);
      this.chain.time += 1;
    }
    this.standing.set(who, standing);
  }

  async #register(who: Address): Promise<void> {
    if (this.#registered.has(who)) return;
    const secret = createHash("sha256").update(who).digest();
    const peer = new SigningKey(secret);
    const keys = {
      peerKey: `0x${peer.publicKey.slice(4)}`,
      encryptionKey: encryptionKeyOf(secret),
      addresses: ["/ip4/127.0.0.1/tcp/4001"],
      deadline: FOREVER,
    };
    const asked = await this.chain.call(
      this.address,
      this.abi.encodeFunctionData("registrationDigest", [who, keys]),
      this.abi,
    );
    const [digest] = this.abi.decodeFunctionResult("registrationDigest", asked) as unknown as [Bytes32];
    await this.tell(who, "registerNode", [keys, peer.sign(digest).serialized]);
    this.#registered.add(who);
  }

  protected sendApproval(id: Bytes32): Promise<void> {
    return this.#propose("approveTask", [id]);
  }

  protected sendPause(value: boolean): Promise<void> {
    return this.#propose(value ? "pause" : "unpause", []);
  }

  #propose(act: string, args: unknown[]): Promise<void> {
    return this.tell(account(0), "propose", [this.abi.encodeFunctionData(act, args)], `propose(${act})`);
  }
}

function encryptionKeyOf(secret: Uint8Array): string {
  // PKCS #8 frame of an X25519 private key (RFC 8410, section 7).
  const der = Buffer.concat([Buffer.from("302e020100300506032b656e04220420", "hex"), secret]);
  const pair = createPublicKey(createPrivateKey({ key: der, format: "der", type: "pkcs8" }));
  return hexlify(pair.export({ format: "der", type: "spki" }).subarray(-32));
}
