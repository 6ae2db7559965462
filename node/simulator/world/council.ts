import { SwarmError } from "../../core/errors.ts";
import type { CouncilAct } from "../../core/ledger/events.ts";
import { licenseOf } from "../../core/ledger/view/registry.ts";
import { record } from "../../daemon/journal.ts";
import type { SimulatedNode } from "./node.ts";
import { LICENCE_SECONDS } from "./setUp.ts";
import { LICENSOR, type World } from "./world.ts";

/** Milliseconds between two looks at whether all are licensed, joined and up that should be. */
const LOOK_MS = 3_000;
/** Licences that end sooner are renewed, seconds. */
const SOON_SECONDS = 1_000;

/** The people behind the nodes: the licensor, and the operators of those who join late. They repeat what the chain has lost. */
export class People {
  readonly #world: World;
  /** Nodes whose licence is away on purpose. */
  readonly #unlicensed = new Map<number, number>();
  readonly #joining = new Set<SimulatedNode>();
  #pauses = 0;

  constructor(world: World) {
    this.#world = world;
  }

  propose(act: CouncilAct): void {
    this.#world.chain.submit(LICENSOR, { type: "propose", act });
  }

  /** Takes the right to act away from a node. @returns gives it back */
  bar(node: SimulatedNode, how: "suspend" | "revoke" | "expire"): () => void {
    const { account, index } = node;
    this.#unlicensed.set(index, (this.#unlicensed.get(index) ?? 0) + 1);
    if (how === "suspend") this.#world.chain.submit(LICENSOR, { type: "suspend", account });
    else if (how === "revoke") this.propose({ act: "revoke", account });
    else this.propose({ act: "license", account, expiresAt: this.#seconds() + 3 });
    return () => {
      this.#unlicensed.set(index, (this.#unlicensed.get(index) ?? 1) - 1);
      this.#restore(node);
    };
  }

  pause(): () => void {
    this.#pauses++;
    this.propose({ act: "pause" });
    return () => {
      this.#pauses--;
      if (this.#pauses === 0) this.propose({ act: "unpause" });
    };
  }

  /** A node's operator wants it to join. */
  join(node: SimulatedNode): void {
    this.#joining.add(node);
    this.#note(node);
  }

  /** What `swarm task join` notes first; an operator whose disk is full types it again. */
  #note(node: SimulatedNode): void {
    record(node.disk, { type: "joined", task: this.#world.taskId }).catch((error: unknown) => {
      if (!(error instanceof SwarmError) || error.code !== "DISK_FULL") throw error;
      this.#world.later(LOOK_MS, () => this.#note(node));
    });
  }

  /** Looks after everybody until the simulation ends. */
  async run(): Promise<void> {
    const { clock, end } = this.#world;
    while (!end.signal.aborted) {
      await clock.sleep(LOOK_MS, end.signal);
      this.#look();
    }
  }

  #look(): void {
    const { chain, taskId, nodes, witness } = this.#world;
    if (witness.view.registry.paused && this.#pauses === 0) this.propose({ act: "unpause" });
    for (const node of nodes) {
      if (!this.#unlicensed.get(node.index)) this.#restore(node);
      const isIn = this.#world.isMember(node.account);
      if (this.#joining.has(node) && !isIn) chain.submit(node.account, { type: "join", taskId });
      node.startIfDue();
    }
  }

  /** Gives a node back what it lacks; a licence that is about to end was made so by a fault. */
  #restore({ account }: SimulatedNode): void {
    const { expiresAt, suspendedUntil } = licenseOf(this.#world.witness.view.registry, account);
    const now = this.#seconds();
    if (suspendedUntil > now) this.propose({ act: "unsuspend", account });
    else if (expiresAt < now + SOON_SECONDS)
      this.propose({ act: "license", account, expiresAt: now + LICENCE_SECONDS });
  }

  #seconds(): number {
    return Math.floor(this.#world.clock.now() / 1000);
  }
}
