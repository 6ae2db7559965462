import type { ClientUpdate } from "../../core/modes/federatedMerge.ts";
import { sampleClients } from "../../core/modes/federatedSampling.ts";
import type { FederatedSettings } from "../../core/modes/federatedSettings.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";

export interface OpenRoundInit {
  round: number;
  base: Bytes32;
  /** The base's file. */
  bytes: Uint8Array;
  settings: FederatedSettings;
  /** The task's. */
  seed: number;
  /** Updates that came before a restart. */
  updates: readonly ClientUpdate[];
}

/** What a round knows: who was asked, whose update is here, who is out. It decides nothing by a clock. */
export class OpenRound {
  readonly round: number;
  readonly base: Bytes32;
  readonly bytes: Uint8Array;
  readonly #settings: FederatedSettings;
  readonly #seed: number;
  attempt = 0;
  /** Unix milliseconds at which the first attempt began to ask. */
  openedAt: number | undefined;
  /** Unix milliseconds; of the present attempt. */
  deadline = 0;
  readonly updates = new Map<Address, ClientUpdate>();
  /** Asked in the present attempt. */
  selected = new Set<Address>();
  /** Asked in any attempt. */
  readonly asked = new Set<Address>();
  /** Refused or failed: not asked again before the attempt's deadline. */
  readonly out = new Set<Address>();
  closed = false;

  constructor({ round, base, bytes, settings, seed, updates }: OpenRoundInit) {
    this.round = round;
    this.base = base;
    this.bytes = bytes;
    this.#settings = settings;
    this.#seed = seed;
    for (const update of updates) this.updates.set(update.account, update);
  }

  get isEnough(): boolean {
    return this.updates.size >= this.#settings.minClients;
  }

  /** Those of the present that can be asked. */
  candidates(present: Iterable<Address>): Address[] {
    return [...present].filter((account) => !this.updates.has(account) && !this.out.has(account));
  }

  /** Whether those that are here can make the round whole. */
  canOpen(present: Iterable<Address>): boolean {
    return this.updates.size + this.candidates(present).length >= this.#settings.minClients;
  }

  /** F4: draws whom to ask in this attempt. */
  draw(present: Iterable<Address>): Address[] {
    const { round, attempt } = this;
    const candidates = this.candidates(present);
    const drawn = sampleClients(this.#settings, {
      candidates,
      held: this.updates.size,
      seed: this.#seed,
      round,
      attempt,
    });
    this.selected = new Set(drawn);
    for (const account of drawn) this.asked.add(account);
    return drawn;
  }

  /** Whether a client that comes while the round is open is asked: it was before, or all are. */
  takesIn(account: Address): boolean {
    if (this.updates.has(account) || this.out.has(account)) return false;
    if (this.#settings.sample !== undefined && !this.selected.has(account)) return false;
    this.selected.add(account);
    this.asked.add(account);
    return true;
  }

  /** Those asked and present whose answer is still to come. */
  owing(present: ReadonlySet<Address>): Address[] {
    return this.candidates(this.selected).filter((account) => present.has(account));
  }

  /** The next attempt: whoever failed by then may try again where the time ran out. */
  again(timeIsUp: boolean): void {
    this.attempt += 1;
    if (timeIsUp) this.out.clear();
  }

  leftOut(): Address[] {
    return [...this.asked].filter((account) => !this.updates.has(account)).sort();
  }
}
