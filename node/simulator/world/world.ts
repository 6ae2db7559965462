import { createVirtualClock, type VirtualClock } from "../../adapters/memory/clock.ts";
import { createMemoryHub, type MemoryHub } from "../../adapters/memory/hub.ts";
import { createMemoryChain } from "../../adapters/memory/ledger/createChain.ts";
import type { MemoryChain } from "../../adapters/memory/ledger/chain.ts";
import { CONTRACT_RULES } from "../../adapters/memory/ledger/rules.ts";
import { SwarmError } from "../../core/errors.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import { memberOf } from "../../core/ledger/view/task.ts";
import { createPrng } from "../../core/prng.ts";
import type { Address, Bytes32, PeerId } from "../../core/primitives.ts";
import type { TaskDocument } from "../../core/task/document.ts";
import { Adoption } from "../checks/adoption.ts";
import { checkEvent } from "../checks/ledger.ts";
import { SignedActs } from "../checks/signed.ts";
import { Stops } from "../checks/stops.ts";
import type { Violation } from "../checks/violation.ts";
import type { Policy } from "../policies/policy.ts";
import { chanceOf } from "../schedule/chance.ts";
import type { Schedule } from "../schedule/schedule.ts";
import { simulatedTask } from "./document.ts";
import type { ChainDriver } from "./driver.ts";
import { accountOf } from "./identity.ts";
import type { SimulatedNode } from "./node.ts";
import { actWords, cut, eventWords, type Say } from "./transcript.ts";
import { Weather } from "./weather.ts";
import { Witness } from "./witness.ts";

const START = 1_700_000_000_000;
/** Transfers from a peer that hangs take this long: longer than any limit. */
const HANGING_MS = 3_600_000;
/** Most milliseconds that a message takes when all is well. */
const USUAL_MS = 30;
export const LICENSOR = accountOf("licensor");

/** What took place, in numbers. */
export interface Tally {
  steps: number;
  starts: number;
  aborts: number;
  rounds: number;
  reorganizations: number;
}

/** Everything that the simulated nodes share, and what is known of them. */
export class World {
  readonly schedule: Schedule;
  readonly policy: Policy | undefined;
  readonly document: TaskDocument;
  readonly clock: VirtualClock = createVirtualClock(START);
  readonly weather = new Weather();
  readonly hub: MemoryHub;
  readonly chain: MemoryChain;
  readonly witness: Witness;
  readonly nodes: SimulatedNode[] = [];
  /** Ends everything that goes on by itself. */
  readonly end = new AbortController();
  readonly tally: Tally = { steps: 0, starts: 0, aborts: 0, rounds: 0, reorganizations: 0 };
  violation: Violation | undefined;
  /** Set once the network is set up. */
  driver!: ChainDriver;
  taskId: Bytes32 = "0x";
  readonly #say: Say | undefined;
  readonly signed = new SignedActs();
  readonly #adoption: Adoption;
  readonly #stops: Stops;
  readonly #indices = new Map<PeerId, number>();

  constructor(schedule: Schedule, policy: Policy | undefined, say: Say | undefined) {
    this.schedule = schedule;
    this.policy = policy;
    this.#say = say;
    this.document = simulatedTask(schedule);
    const { confirmations, minPhaseBlocks } = schedule.chain;
    this.#adoption = new Adoption(confirmations === 0);
    this.#stops = new Stops(this.document.training.earlyStopping);
    const chance = chanceOf(createPrng(schedule.seed, 4));
    const indexOf = (peer: PeerId): number => this.#indices.get(peer) ?? -1;
    this.hub = createMemoryHub({
      clock: this.clock,
      delayMs: (from, to) => {
        if (this.weather.worst("hang", indexOf(from)) > 0) return HANGING_MS;
        const slowest = Math.max(...[from, to].map((peer) => this.weather.worst("slow line", indexOf(peer))));
        return chance.whole(1, USUAL_MS + slowest);
      },
      isCut: (a, b) => this.weather.isCut(indexOf(a), indexOf(b)),
    });
    this.chain = createMemoryChain({
      licensors: [LICENSOR],
      now: () => this.clock.now(),
      mining: "held",
      minPhaseBlocks,
      rules: { ...CONTRACT_RULES, ...policy?.ledger },
    });
    this.witness = new Witness(this.chain, confirmations, (event, block) => {
      const task = this.witness.view.tasks.get(this.taskId);
      if (event.type === "RoundFinalized") {
        this.tally.rounds++;
        this.#adoption.finalized(event.round, event.modelHash, event.at.transaction);
        this.#stops.finalized(task?.history.at(-1));
      }
      if (event.type === "RoundAborted") this.tally.aborts++;
      const words = this.isHeard ? eventWords(event) : undefined;
      if (words) this.say("chain", words);
      const found = task && checkEvent(event, block, task, (account) => this.#isHonest(account));
      if (found) this.violated(found.code, found.text);
    });
    this.chain.onHead(() => this.witness.look());
  }

  /** A node has got its peer id. */
  known(peer: PeerId, index: number): void {
    this.#indices.set(peer, index);
  }

  get honest(): SimulatedNode[] {
    return this.nodes.filter(({ liar }) => liar === undefined);
  }

  #isHonest(account: Address): boolean {
    return this.nodes.some((node) => node.account === account && !node.liar);
  }

  isMember(account: Address): boolean {
    const task = this.witness.view.tasks.get(this.taskId);
    return task !== undefined && memberOf(task, account) >= 0;
  }

  /** Virtual milliseconds since the start. */
  get elapsed(): number {
    return this.clock.now() - START;
  }

  get isHeard(): boolean {
    return this.#say !== undefined;
  }

  say(who: string, what: string): void {
    this.#say?.(cut(`${(this.elapsed / 1000).toFixed(3).padStart(9)} ${who.padEnd(7)} ${what}`));
  }

  violated(code: Violation["code"], text: string): void {
    if (this.violation) return;
    this.violation = { code, text: cut(text), at: this.elapsed };
    this.say("CHECK", `${code}: ${text}`);
  }

  /** Does something after a time, unless all is over by then. */
  later(ms: number, what: () => void): void {
    this.clock.sleep(ms, this.end.signal).then(what, () => undefined);
  }

  onSigned(node: SimulatedNode, act: RoundAct): void {
    if (this.isHeard) this.say(node.name, actWords(act));
    if (node.liar || !("ref" in act)) return;
    const { attempt, finalAttempt } = node.task ?? {};
    const seenNow = attempt?.round === act.ref.round ? attempt : finalAttempt;
    if (!seenNow) return;
    const found =
      this.signed.check(node.name, node.disk, act, seenNow) ?? this.#stops.check(node.name, act, node.task?.history);
    if (found) this.violated(found.code, found.text);
  }

  onDaemonEnded(node: SimulatedNode, error: unknown): void {
    const code = error instanceof SwarmError ? error.code : "";
    this.say(node.name, `ends: ${code || String(error)}`);
    // A chain that lost the block of its joining makes it a stranger again, and it has to join once more (R9).
    if (code === "TASK_NOT_MEMBER" && !this.isMember(node.account)) return node.stop(1000);
    // A daemon that finds no room for its journal when it starts says so and ends; its service manager starts it again.
    if (code === "DISK_FULL" && !node.wasUp) return node.stop(1000);
    if (node.liar) return node.stop(1000);
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    // Its own guard found out that merging the same updates again gives another model.
    const found = code === "VOTE_CHANGED" ? "MERGES_DIFFER" : "DAEMON_ENDED";
    this.violated(found, `${node.name} ended by itself: ${text}`);
  }

  /** Looks at everybody; to be called after every step. */
  check(): void {
    for (const node of this.nodes) {
      const task = node.liar ? undefined : node.task;
      const found = task && this.#adoption.check(node.name, task);
      if (found) this.violated(found.code, found.text);
    }
  }
}
