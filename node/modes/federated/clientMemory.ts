import { decodeWeights, encodeWeights } from "../../core/codec.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import { initialLocal } from "../../core/task/initialModel.ts";
import { localTensorSpecs } from "../../core/task/tensors.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import type { Weights } from "../../core/weights.ts";
import type { Disk } from "../../ports/disk.ts";

/** A training that is over: what came of it is on disk, so that a round is trained once, whatever happens. */
interface Trained {
  round: number;
  base: Bytes32;
  /** Of the update's file. */
  sha256: Bytes32;
  /** Of the layers that the task leaves here, where it does. */
  layers?: Bytes32;
}

type Entry =
  | ({ type: "federatedTrained"; task: Bytes32 } & Trained)
  | { type: "federatedModel"; task: Bytes32; modelHash: Bytes32 };

/** What a client keeps between rounds and restarts: the last model, its last update, and layers of its own. */
export class ClientMemory {
  readonly #disk: Disk;
  readonly #document: TaskDocument;
  readonly #task: Bytes32;
  #model: Bytes32 | undefined;
  /** The last two: training a round anew begins with the layers that the one before it left. */
  #trained: Trained[] = [];

  #keeping: Promise<unknown> = Promise.resolve();

  private constructor(disk: Disk, document: TaskDocument, task: Bytes32) {
    this.#disk = disk;
    this.#document = document;
    this.#task = task;
  }

  static async read(disk: Disk, document: TaskDocument, task: Bytes32): Promise<ClientMemory> {
    const memory = new ClientMemory(disk, document, task);
    for (const entry of (await disk.entries()) as unknown as Entry[]) {
      if (entry.task !== task) continue;
      if (entry.type === "federatedModel") memory.#model = entry.modelHash;
      if (entry.type === "federatedTrained") memory.#trained = [...memory.#trained.slice(-1), entry];
    }
    if (memory.#model !== undefined && !(await disk.has("model", memory.#model))) memory.#model = undefined;
    return memory;
  }

  /** The model that is on disk. */
  get model(): Bytes32 | undefined {
    return this.#model;
  }

  readModel(sha256: Bytes32): Promise<Uint8Array | undefined> {
    return this.#disk.read("model", sha256);
  }

  /** Keeps a model, and deletes the one before; one call after the other, so that the latest stays. */
  keepModel(bytes: Uint8Array): Promise<Bytes32> {
    const kept = this.#keeping.then(() => this.#keepModel(bytes));
    this.#keeping = kept.catch(() => undefined);
    return kept;
  }

  async #keepModel(bytes: Uint8Array): Promise<Bytes32> {
    const sha256 = await this.#disk.write("model", bytes);
    const before = this.#model;
    if (before === sha256) return sha256;
    await this.#disk.append({ type: "federatedModel", task: this.#task, modelHash: sha256 });
    this.#model = sha256;
    if (before !== undefined) await this.#disk.remove("model", before);
    return sha256;
  }

  /** The update of a round on this base, where one was made. */
  async update(round: number, base: Bytes32): Promise<Uint8Array | undefined> {
    const found = this.#trained.find((each) => each.round === round && each.base === base);
    return found && this.#disk.read("update", found.sha256);
  }

  /** Keeps a round's update, and deletes what no coming round needs. */
  async keepUpdate(round: number, base: Bytes32, update: Uint8Array, own: Weights | undefined): Promise<void> {
    const sha256 = await this.#disk.write("update", update);
    const layers = own && (await this.#disk.write("own-layers", encodeWeights(own)));
    const trained: Trained = { round, base, sha256, ...(layers === undefined ? {} : { layers }) };
    await this.#disk.append({ type: "federatedTrained", task: this.#task, ...trained });
    const [first, second] = this.#trained;
    this.#trained = [...this.#trained.slice(-1), trained];
    for (const old of [first, second])
      if (old !== undefined && old.sha256 !== sha256) await this.#disk.remove("update", old.sha256);
    if (second !== undefined && first?.layers !== undefined && !this.#trained.some((it) => it.layers === first.layers))
      await this.#disk.remove("own-layers", first.layers);
  }

  /** Options for the learner: layers of this client's own, as the latest training before `round` left them. */
  async own(round: number): Promise<{ own?: Weights }> {
    if (localTensorSpecs(this.#document).length === 0) return {};
    const layers = this.#trained.findLast((each) => each.round < round)?.layers;
    const bytes = layers && (await this.#disk.read("own-layers", layers));
    return { own: bytes ? decodeWeights(bytes) : initialLocal(this.#document) };
  }
}
