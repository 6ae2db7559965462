import { duration } from "../../node/core/units.ts";
import type { RoundRecord, WaitingEvent } from "../../node/daemon/components.ts";
import type { DaemonEvent } from "../../node/cli/local/daemons.ts";

export interface BoardInit {
  clinics: number;
  rounds: number;
  say(text: string): void;
  /** Whether the last line may be rewritten in place. */
  live: boolean;
  /** Milliseconds of a clock that only goes on. */
  now?: () => number;
}

/** Rounds that have to be timed before they tell how long the others take. */
const TELLING = 3;

/** Shows how all daemons get on: a line when each has seen a round's end, on a terminal what the open round is at, and what long waits are for. */
export class RoundBoard {
  readonly #init: BoardInit;
  readonly #records = new Map<number, Map<number, RoundRecord>>();
  readonly #final: (string | undefined)[] = [];
  /** Waits that a line has told of. */
  readonly #waits = new Set<string>();
  readonly #now: () => number;
  /** The first round that was shown, and when: what came before it, the daemons' start among it, tells nothing of the others. */
  #first: { round: number; at: number } | undefined;
  #shown = 0;

  constructor(init: BoardInit) {
    this.#init = init;
    this.#now = init.now ?? (() => performance.now());
  }

  take(clinic: number, event: DaemonEvent): void {
    if (event.event === "round") this.#round(clinic, event as unknown as RoundRecord);
    if (event.event === "finished") this.#final[clinic] = String(event.modelHash);
    if (event.event === "waiting") this.#wait(clinic, event as unknown as WaitingEvent);
    if (event.event === "phase" && clinic === 0)
      this.#live(`round ${event.round}/${this.#init.rounds}: ${PHASES[String(event.phase)] ?? event.phase}`);
  }

  /** Distinct final models that the nodes reported. */
  finalModels(): string[] {
    return [...new Set(this.#final.filter((model) => model !== undefined))];
  }

  /** On a terminal with the latest figures; elsewhere one line for a wait, of whoever is the first to tell of it. */
  #wait(clinic: number, { text, kind, round, attempt, phase }: WaitingEvent): void {
    const where = round === undefined ? "" : `round ${round}/${this.#init.rounds}, `;
    const words = `${where}clinic-${clinic + 1}: ${text}`;
    if (this.#init.live) return this.#live(words);
    const wait = [kind, round, attempt, phase].join("/");
    if (this.#waits.has(wait)) return;
    this.#waits.add(wait);
    this.#init.say(words);
  }

  #round(clinic: number, record: RoundRecord): void {
    const records = this.#records.get(record.round) ?? new Map<number, RoundRecord>();
    this.#records.set(record.round, records.set(clinic, record));
    // A daemon that was away may skip a round: the line comes with the last that reports.
    if (records.size < this.#init.clinics || record.round <= this.#shown) return;
    this.#shown = record.round;
    const all = [...records.values()];
    const models = new Set(all.map(({ modelHash }) => modelHash));
    const scores = all.flatMap(({ local }) => local?.accuracy ?? []);
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    const parts = [
      `round ${String(record.round).padStart(2)}/${this.#init.rounds} final`,
      `${record.included.length} updates merged`,
      models.size === 1
        ? `model ${record.modelHash.slice(0, 10)} at all ${all.length}`
        : `models DIFFER: ${[...models].join(" ")}`,
      scores.length > 0 ? `accuracy on own validation rows ${(mean * 100).toFixed(1)} %` : "",
      this.#left(record.round),
    ];
    this.#clear();
    this.#init.say(parts.filter(Boolean).join(", "));
  }

  /** `12 s left`; empty where nothing tells yet, or nothing is left. */
  #left(round: number): string {
    const now = this.#now();
    this.#first ??= { round, at: now };
    const timed = round - this.#first.round;
    if (timed < TELLING || round >= this.#init.rounds) return "";
    return `${duration((((now - this.#first.at) / timed) * (this.#init.rounds - round)) / 1000)} left`;
  }

  #live(text: string): void {
    // A line that wraps could not be taken back.
    if (this.#init.live) process.stdout.write(`\r\x1b[K${text.slice(0, (process.stdout.columns || 80) - 1)}`);
  }

  #clear(): void {
    if (this.#init.live) process.stdout.write("\r\x1b[K");
  }
}

const PHASES: Record<string, string> = {
  submit: "training and submitting",
  attest: "fetching and checking updates",
  merge: "merging and voting",
};
