import { setTimeout as sleep } from "node:timers/promises";
import type { Address } from "../../node/core/primitives.ts";
import type { LocalNetwork } from "../local/network.ts";
import type { Council } from "./council.ts";
import { damageFiles } from "./damage.ts";
import type { Fleet } from "./fleet.ts";
import { type Fault, usesChain } from "./schedule.ts";
import type { Span } from "./statistics.ts";
import type { Watch } from "./watch.ts";

export interface FaultsInit {
  network: LocalNetwork;
  fleet: Fleet;
  council: Council;
  watch: Watch;
  accounts: readonly Address[];
  f: number;
  say(text: string): void;
  signal: AbortSignal;
}

/** An absence ends when so many rounds have become final without the node. */
const MISSED_ROUNDS = 4;
/** A node that is back counts as faulty until an attempt has opened since, but not for longer. Seconds. */
const SETTLING = 60;

const now = (): number => Date.now() / 1000;

/** Does to the network what the schedule says, at its times or as soon after as no more than f nodes are faulty. */
export class Faults {
  readonly #init: FaultsInit;
  /** Nodes that are faulty or not settled yet, and -1 for the chain. */
  readonly #busy = new Set<number>();
  readonly #active = new Map<Fault, string>();
  /** Times in which more than f daemons were down, and in which the chain or a licence was away. */
  readonly outages: Span[] = [];
  readonly standstills: Span[] = [];
  readonly done: Partial<Record<Fault["kind"], number>> = {};

  constructor(init: FaultsInit) {
    this.#init = init;
  }

  /** What is wrong at this moment, for people. */
  words(): string {
    return [...this.#active.values()].join(", ") || "none";
  }

  /** Returns when all faults are over. @param start of the schedule's time, unix seconds */
  async run(schedule: readonly Fault[], start: number): Promise<void> {
    const { signal } = this.#init;
    const failed = new AbortController();
    const either = AbortSignal.any([signal, failed.signal]);
    const all: Promise<void>[] = [];
    try {
      for (const fault of schedule) {
        await sleep(Math.max(0, (start + fault.at - now()) * 1000), undefined, { signal: either });
        await this.#init.watch.until(() => this.#mayBegin(fault), either);
        const over = this.#begin(fault);
        over.catch((error: unknown) => failed.abort(error));
        all.push(over);
      }
    } catch (error) {
      throw failed.signal.aborted ? failed.signal.reason : error;
    } finally {
      await Promise.allSettled(all);
    }
    await Promise.all(all);
  }

  #mayBegin(fault: Fault): boolean {
    const nodes = [...this.#busy].filter((node) => node >= 0);
    if (usesChain(fault.kind) && this.#busy.has(CHAIN)) return false;
    if (fault.kind === "outage") return this.#busy.size === 0;
    if (nodes.length > this.#init.f) return false;
    return nodes.length + fault.nodes.length <= this.#init.f && !fault.nodes.some((node) => this.#busy.has(node));
  }

  async #begin(fault: Fault): Promise<void> {
    const { say, watch, signal } = this.#init;
    const held = [...fault.nodes, ...(usesChain(fault.kind) || fault.kind === "outage" ? [CHAIN] : [])];
    for (const one of held) this.#busy.add(one);
    const names = fault.nodes.map((node) => `clinic-${node + 1}`).join(" ");
    this.#active.set(fault, `${names} ${WORDS[fault.kind]}`.trim());
    this.done[fault.kind] = (this.done[fault.kind] ?? 0) + 1;
    say(`  ${this.#active.get(fault)}`);
    const from = now();
    const span: Span = { from, to: Number.POSITIVE_INFINITY };
    if (fault.kind === "outage") this.outages.push(span);
    if (usesChain(fault.kind)) this.standstills.push(span);
    try {
      await this.#carryOut(fault);
      span.to = now();
      this.#active.delete(fault);
      say(`  ${names || "the chain"} back after ${(span.to - from).toFixed(0)} s`);
      await this.#settled(span.to);
    } finally {
      span.to = Math.min(span.to, now());
      this.#active.delete(fault);
      for (const one of held) this.#busy.delete(one);
      if (!signal.aborted) watch.look();
    }
  }

  /** At most f nodes are faulty in any attempt: who is back counts until the next one has opened. */
  async #settled(since: number): Promise<void> {
    const { watch, signal } = this.#init;
    const limit = AbortSignal.timeout(SETTLING * 1000);
    const opened = watch.until(
      ({ attempts }) => attempts.some(({ openedAt }) => openedAt > since),
      AbortSignal.any([signal, limit]),
    );
    await opened.catch((error: unknown) => {
      if (!limit.aborted) throw error;
    });
  }

  async #carryOut({ kind, nodes, seconds, pick }: Fault): Promise<void> {
    const { fleet, network, council, accounts, watch, signal, say } = this.#init;
    const [node = 0] = nodes;
    const pause = (): Promise<void> => sleep(seconds * 1000, undefined, { signal });
    switch (kind) {
      case "kill":
      case "outage":
        await Promise.all(nodes.map((one) => fleet.kill(one)));
        await pause();
        await Promise.all(nodes.map((one) => fleet.start(one)));
        return;
      case "freeze":
        await fleet.freeze(node);
        await pause();
        await fleet.thaw(node);
        return;
      case "absence": {
        await fleet.stop(node);
        const goal = watch.chronicle.finals().length + MISSED_ROUNDS;
        const limit = AbortSignal.timeout(seconds * 1000);
        const missed = watch.until((it) => it.finals().length >= goal, AbortSignal.any([signal, limit]));
        await missed.catch((error: unknown) => {
          if (!limit.aborted) throw error;
        });
        await fleet.start(node);
        return;
      }
      case "damage":
        say(`  clinic-${node + 1}: ${(await damageFiles(network.at.clinics[node] as string, pick)).join(", ")}`);
        await pause();
        return;
      case "suspend":
        await council.suspend(accounts[node] as Address);
        await pause();
        await council.restore(accounts[node] as Address);
        return;
      case "chain":
        await network.restartChain();
    }
  }
}

/** The chain's place among what can be busy. */
const CHAIN = -1;

const WORDS: Readonly<Record<Fault["kind"], string>> = {
  kill: "killed",
  freeze: "frozen",
  absence: "away for some rounds",
  damage: "has files damaged",
  suspend: "suspended",
  chain: "the chain killed",
  outage: "killed: MAJORITY OUTAGE",
};
