import { createMemoryDisk, type MemoryDisk } from "../../adapters/memory/disk.ts";
import { createMemoryLedger, type MemoryLedger } from "../../adapters/memory/ledger.ts";
import { createMemoryNetwork } from "../../adapters/memory/network.ts";
import { createSeededRandom } from "../../adapters/memory/random.ts";
import { createMemorySealer } from "../../adapters/memory/sealer.ts";
import { createMemoryStore, type MemoryStore } from "../../adapters/memory/store.ts";
import { SwarmError } from "../../core/errors.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import { createPrng } from "../../core/prng.ts";
import type { Address, EncryptionKey, PeerId } from "../../core/primitives.ts";
import { tensorSpecs } from "../../core/task/document.ts";
import type { PeerComponents } from "../../daemon/components.ts";
import { createPeer, type Peer } from "../../daemon/peer.ts";
import type { Network } from "../../ports/network.ts";
import { lying } from "../liars/lying.ts";
import { type Chance, chanceOf } from "../schedule/chance.ts";
import type { Fault, Liar } from "../schedule/schedule.ts";
import { bounded, type Crossing } from "./boundary.ts";
import { weatheredLedger } from "./endpoint.ts";
import { createPartialLearner } from "./learner.ts";
import { callMs, TRAINING_STEP_MS } from "./latency.ts";
import { never } from "./never.ts";
import { logTo } from "./transcript.ts";
import type { World } from "./world.ts";

const neverAborts = new AbortController().signal;

/** One life of a daemon, from its start to its end or to a power cut. */
interface Life {
  dead: boolean;
  stop: AbortController;
  network: Network;
  peer: Peer | undefined;
}

type Crash = Fault & { kind: "crash" };

/** A member with a disk and a store that outlive its daemon, which comes and goes. */
export class SimulatedNode {
  readonly index: number;
  readonly name: string;
  readonly account: Address;
  readonly encryptionKey: EncryptionKey;
  readonly liar: Liar | undefined;
  readonly ledger: MemoryLedger;
  store: MemoryStore;
  disk: MemoryDisk;
  /** Milliseconds that its clock is ahead of the right time. */
  clockAhead = 0;
  /** The node is to be down until then. */
  downUntil = 0;
  starts = 0;
  /** Whether its daemon, the last one, got as far as to work. */
  wasUp = false;
  readonly #world: World;
  readonly #chance: Chance;
  readonly #peerId: PeerId;
  #life: Life | undefined;
  #crash: { left: number; fault: Crash } | undefined;

  constructor(
    world: World,
    parts: { index: number; account: Address; encryptionKey: EncryptionKey; peerId: PeerId; liar: Liar | undefined },
  ) {
    this.#world = world;
    this.index = parts.index;
    this.name = `node-${parts.index}`;
    this.account = parts.account;
    this.encryptionKey = parts.encryptionKey;
    this.#peerId = parts.peerId;
    this.liar = parts.liar;
    const { schedule, chain, hub, policy } = world;
    this.#chance = chanceOf(createPrng(schedule.seed, 1, parts.index));
    const confirmations = policy?.confirmations ?? schedule.chain.confirmations;
    this.ledger = createMemoryLedger(chain, parts.account, { confirmations });
    this.store = createMemoryStore({ hub, peerId: parts.peerId });
    this.disk = this.emptyDisk();
  }

  emptyDisk(): MemoryDisk {
    const { clock, weather, policy } = this.#world;
    return createMemoryDisk({
      sync: () => clock.sleep(this.#chance.whole(1, 25), neverAborts),
      hasRoom: () => weather.worst("full disk", this.index) === 0,
      lazy: policy?.lazyDisk ?? false,
    });
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  get peer(): Peer | undefined {
    return this.#life?.peer;
  }

  /** The task as its daemon sees it. */
  get task(): TaskView | undefined {
    return this.peer?.state.view.tasks.get(this.#world.taskId);
  }

  /** Starts the daemon; it may lose its power before it is up. */
  async start(): Promise<void> {
    if (this.#life) return;
    const { chain, hub, document, taskId, policy } = this.#world;
    const identity = { protocolVersion: 1, genesisHash: chain.genesisHash, ledgerAddress: chain.settings.ledger };
    const network = createMemoryNetwork({ hub, peerId: this.#peerId, ...identity });
    const life: Life = { dead: false, stop: new AbortController(), network, peer: undefined };
    this.#life = life;
    this.starts++;
    this.#world.tally.starts++;
    this.wasUp = false;
    const usual = this.#components(network);
    const honest = policy?.components ? { ...usual, ...policy.components(usual, this) } : usual;
    const acting = this.liar ? lying(honest, this.liar, { world: this.#world, node: this }) : honest;
    const rules = policy?.rules?.(this.index);
    const creating = createPeer(bounded(acting, this.#crossing(life)), {
      account: this.account,
      taskId,
      document,
      genesis: chain.genesisHash,
      ledgerAddress: chain.settings.ledger,
      ...(rules && !this.liar ? { rules } : {}),
    });
    const peer = await creating.catch((error: unknown) => this.#ended(life, error));
    if (!peer) return;
    life.peer = peer;
    this.wasUp = true;
    peer.run(life.stop.signal).then(
      () => this.#ended(life, undefined),
      (error: unknown) => this.#ended(life, error),
    );
  }

  #components(network: Network): PeerComponents {
    const { clock, weather, document, schedule } = this.#world;
    const random = createSeededRandom(createPrng(schedule.seed, 2, this.index, this.starts).uint32());
    const sealer = createMemorySealer(this.encryptionKey);
    const chance = this.#chance;
    const ledger = weatheredLedger(this.ledger, { node: this.index, clock, chance, weather });
    return {
      ledger: {
        ...ledger,
        // What is signed is what is sent, whatever becomes of it.
        send: (act, options) => {
          this.#world.onSigned(this, act as RoundAct);
          return ledger.send(act, options);
        },
      },
      network,
      store: this.store,
      disk: this.disk,
      // Sealing the same bytes again gives other bytes, as real sealing does: one recipient more, who is nobody.
      sealer: {
        ...sealer,
        seal: (bytes, to) => sealer.seal(bytes, [...to, `0x${Buffer.from(random.bytes(32)).toString("hex")}`]),
      },
      learner: createPartialLearner(tensorSpecs(document), this.index, () =>
        clock.sleep(chance.whole(1, TRAINING_STEP_MS), neverAborts),
      ),
      clock: { now: () => clock.now() + this.clockAhead, sleep: clock.sleep },
      random,
      logger: logTo(this.#world, this.name),
    };
  }

  /** Where the daemon is delayed, and where it loses its power. */
  #crossing(life: Life): Crossing {
    const { clock } = this.#world;
    return {
      isDead: () => life.dead,
      at: (moment, part, method) => {
        if (this.#crash?.fault.moment === moment && --this.#crash.left <= 0) {
          this.#world.say(this.name, `loses power ${moment} ${part}.${method}`);
          const { ms } = this.#crash.fault;
          this.cutPower(ms);
          return never;
        }
        const ms = moment === "before" ? callMs(this.#chance, part, method) : 0;
        return ms > 0 ? clock.sleep(ms, neverAborts) : undefined;
      },
    };
  }

  #ended(life: Life, error: unknown): void {
    if (life.dead) return;
    life.dead = true;
    if (this.#life === life) this.#life = undefined;
    void life.network.close();
    if (error === undefined) this.#world.say(this.name, "has stopped");
    else this.#world.onDaemonEnded(this, error);
  }

  crashAfter(fault: Crash): void {
    this.#crash = { left: fault.calls, fault };
  }

  /** Nothing of the daemon happens any more; the disk is what was synced. */
  cutPower(ms: number): void {
    const life = this.#life;
    this.#crash = undefined;
    this.downUntil = Math.max(this.downUntil, this.#world.clock.now() + ms);
    if (!life) return;
    life.dead = true;
    this.#life = undefined;
    this.disk = this.disk.crash();
    void life.network.close();
    life.stop.abort(new SwarmError("STOPPING", "power is gone"));
    this.#world.later(ms, () => this.startIfDue());
  }

  /** Tells the daemon to stop, in order; it may take its time. */
  stop(ms: number): void {
    this.downUntil = Math.max(this.downUntil, this.#world.clock.now() + ms);
    this.#life?.stop.abort(new SwarmError("STOPPED", "stopped by the operator"));
    this.#world.later(ms, () => {
      // Whoever is still stopping after all that time is killed.
      if (this.#life?.stop.signal.aborted) this.cutPower(0);
      this.startIfDue();
    });
  }

  /** Starts the daemon, unless another fault keeps it down or the task does not have it as a member yet. */
  startIfDue(): void {
    if (this.#life || this.#world.clock.now() < this.downUntil || !this.#world.isMember(this.account)) return;
    this.#world.say(this.name, "starts");
    void this.start();
  }

  loseEverything(): void {
    this.cutPower(0);
    this.disk = this.emptyDisk();
    void this.store.close();
    this.store = createMemoryStore({ hub: this.#world.hub, peerId: this.#peerId });
  }

  /** No fault is in store for it any more, and it is up, or about to be. */
  heal(): void {
    this.#crash = undefined;
    if (this.#life?.stop.signal.aborted) this.cutPower(0);
    this.downUntil = 0;
    this.startIfDue();
  }
}
