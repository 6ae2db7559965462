import type { VirtualClock } from "../../adapters/memory/clock.ts";
import type { MemoryBlock, SentAct } from "../../adapters/memory/ledger/block.ts";
import type { MemoryChain } from "../../adapters/memory/ledger/chain.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { Chance } from "../schedule/chance.ts";
import type { Schedule } from "../schedule/schedule.ts";
import type { Weather } from "./weather.ts";

/** Idle chains make a block this often, milliseconds. */
const IDLE_MS = 6_000;
/** Twice-sent transactions come back within this time, milliseconds. */
const ECHO_MS = 90_000;
/** Share of a lost block's transactions that its replacement has at once. */
const KEPT = 0.75;

/** Makes the blocks: takes transactions in any order but that of their senders, late or twice; halts, reorganizes, loses its end. */
export class ChainDriver {
  readonly #chain: MemoryChain;
  readonly #clock: VirtualClock;
  readonly #chance: Chance;
  readonly #schedule: Schedule;
  readonly #weather: Weather;
  readonly #due = new Map<Bytes32, number>();
  readonly #signal: AbortSignal;
  /** Blocks up to here are never lost: the set-up. */
  readonly #floor: number;
  readonly #deadlineBlock: () => number;
  #lastBusy: number;
  #lastBlockMs = 0;
  /** Whether transactions come late and twice. */
  noisy = true;

  constructor(parts: {
    chain: MemoryChain;
    clock: VirtualClock;
    chance: Chance;
    schedule: Schedule;
    weather: Weather;
    signal: AbortSignal;
    /** Block that the open phase lasts for at least. */
    deadlineBlock: () => number;
  }) {
    this.#chain = parts.chain;
    this.#clock = parts.clock;
    this.#chance = parts.chance;
    this.#schedule = parts.schedule;
    this.#weather = parts.weather;
    this.#signal = parts.signal;
    this.#deadlineBlock = parts.deadlineBlock;
    this.#floor = parts.chain.head.number;
    this.#lastBusy = this.#floor;
  }

  /** Makes blocks until the signal aborts. */
  async run(): Promise<void> {
    const { blockMs } = this.#schedule.chain;
    while (!this.#signal.aborted) {
      await this.#clock.sleep(blockMs, this.#signal);
      if (this.#weather.halted > 0 || this.#weather.chainAway > 0) continue;
      const acts = this.#ripe();
      if (acts.length > 0 || this.#owesBlocks()) this.#mine(acts);
    }
  }

  /** Empty blocks are made as long as somebody waits for finality or for a phase's blocks, and now and then (R1). */
  #owesBlocks(): boolean {
    const { number } = this.#chain.head;
    const isSettling = number < this.#lastBusy + this.#schedule.chain.confirmations;
    return isSettling || number < this.#deadlineBlock() || this.#clock.now() - this.#lastBlockMs >= IDLE_MS;
  }

  #mine(acts: SentAct[]): void {
    const block = this.#chain.mine(acts);
    this.#lastBlockMs = this.#clock.now();
    if (acts.length > 0) this.#lastBusy = block.number;
    for (const { transaction, sender, act } of acts) {
      this.#due.delete(transaction);
      if (this.noisy && this.#chance.is(this.#schedule.noise.duplicates)) this.#echo(sender, act);
    }
  }

  #echo(sender: SentAct["sender"], act: SentAct["act"]): void {
    this.#clock.sleep(this.#chance.whole(0, ECHO_MS), this.#signal).then(
      () => this.#chain.submit(sender, act),
      () => undefined,
    );
  }

  /** What has arrived by now: senders in any order, each one's transactions in theirs. */
  #ripe(): SentAct[] {
    const now = this.#clock.now();
    const bySender = new Map<string, SentAct[]>();
    for (const sent of this.#chain.pending) {
      if (!this.#due.has(sent.transaction)) this.#due.set(sent.transaction, now + this.#travel());
      const queue = bySender.get(sent.sender) ?? [];
      bySender.set(sent.sender, queue);
      queue.push(sent);
    }
    const queues = [...bySender.values()].map((queue) => {
      const late = queue.findIndex(({ transaction }) => (this.#due.get(transaction) ?? 0) > now);
      return late < 0 ? queue : queue.slice(0, late);
    });
    const order = this.#chance.shuffled(queues.flatMap((queue, i) => queue.map(() => i)));
    return order.map((i) => (queues[i] as SentAct[]).shift() as SentAct);
  }

  #travel(): number {
    return this.#chance.whole(0, this.noisy ? this.#schedule.noise.transactionMs : 200);
  }

  /** The last `depth` blocks give way to one block more, with most of their transactions; the rest waits for a block again. */
  reorganize(depth: number): void {
    const lost = this.#cutOff(depth);
    if (lost.length === 0) return;
    const blocks: SentAct[][] = Array.from({ length: lost.length + 1 }, () => []);
    const late: SentAct[] = [];
    const earliest = new Map<string, number>();
    for (const sent of lost.flatMap(({ acts }) => acts)) {
      const from = earliest.get(sent.sender) ?? 0;
      const to = this.#chance.is(KEPT) ? this.#chance.whole(from, blocks.length - 1) : blocks.length;
      earliest.set(sent.sender, to);
      (blocks[to] ?? late).push(sent);
    }
    this.#chain.putBack(late);
    for (const acts of blocks) this.#chain.mine(acts);
    this.#lastBusy = this.#chain.head.number;
  }

  /** The chain forgets its last blocks and everything that waited for one (R9). */
  restart(blocks: number): void {
    for (const sent of this.#chain.pending) this.#chain.drop(sent);
    this.#cutOff(blocks);
    this.#lastBusy = this.#chain.head.number;
  }

  /** @returns the lost blocks, oldest first */
  #cutOff(depth: number): MemoryBlock[] {
    const lost: MemoryBlock[] = [];
    for (let block = this.#chain.head; lost.length < depth && block.number > this.#floor;) {
      lost.unshift(block);
      block = block.parent as MemoryBlock;
    }
    if (lost.length > 0) this.#chain.rewind(lost.length);
    return lost;
  }
}
