import type { RoundRecord } from "../../node/daemon/components.ts";
import type { DaemonEvent } from "./daemons.ts";

export interface BoardInit {
  clinics: number;
  rounds: number;
  say(text: string): void;
  /** Whether the last line may be rewritten in place. */
  live: boolean;
}

/** Shows how all daemons get on: a line when each has seen a round's end, and on a terminal what the open round is at. */
export class RoundBoard {
  readonly #init: BoardInit;
  readonly #records = new Map<number, Map<number, RoundRecord>>();
  readonly #final: (string | undefined)[] = [];
  readonly #started = performance.now();
  #shown = 0;

  constructor(init: BoardInit) {
    this.#init = init;
  }

  take(clinic: number, event: DaemonEvent): void {
    if (event.event === "round") this.#round(clinic, event as unknown as RoundRecord);
    if (event.event === "finished") this.#final[clinic] = String(event.modelHash);
    if (event.event === "phase" && clinic === 0)
      this.#live(`round ${event.round}/${this.#init.rounds}: ${PHASES[String(event.phase)] ?? event.phase}`);
  }

  /** Distinct final models that the nodes reported. */
  finalModels(): string[] {
    return [...new Set(this.#final.filter((model) => model !== undefined))];
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
      record.round < this.#init.rounds ? `${this.#left(record.round)} left` : "",
    ];
    this.#clear();
    this.#init.say(parts.filter(Boolean).join(", "));
  }

  #left(round: number): string {
    const perRound = (performance.now() - this.#started) / round;
    return `${Math.ceil((perRound * (this.#init.rounds - round)) / 1000)} s`;
  }

  #live(text: string): void {
    if (this.#init.live) process.stdout.write(`\r\x1b[K${text}`);
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
