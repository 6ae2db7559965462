import type { Violation, ViolationCode } from "../../simulator/checks/violation.ts";
import type { Shape } from "../../simulator/schedule/schedule.ts";
import type { Outcome } from "../../simulator/simulate.ts";
import { counted, duration } from "../output/units.ts";

/** What many simulations came to, together. */
export class Sum {
  seeds = 0;
  rounds = 0;
  aborts = 0;
  starts = 0;
  steps = 0;
  /** Virtual seconds. */
  seconds = 0;
  readonly broken = new Map<ViolationCode, number>();

  add({ tally, elapsed, violation }: Outcome): void {
    this.seeds++;
    this.rounds += tally.rounds;
    this.aborts += tally.aborts;
    this.starts += tally.starts;
    this.steps += tally.steps;
    this.seconds += elapsed / 1000;
    if (violation) this.broken.set(violation.code, (this.broken.get(violation.code) ?? 0) + 1);
  }

  get facts(): object {
    const { seeds, rounds, aborts, starts, steps, seconds } = this;
    return { seeds, rounds, aborts, starts, steps, virtualSeconds: Math.round(seconds) };
  }

  get progress(): string {
    return `${counted(this.rounds, "round")} final, ${counted(this.aborts, "attempt")} aborted, ${brokenWords(this.broken)}`;
  }

  get text(): string {
    return (
      `${counted(this.rounds, "round")} final, ${counted(this.aborts, "attempt")} aborted, ${counted(this.starts, "start")} of daemons, ` +
      `${counted(this.steps, "step")}, ${duration(Math.round(this.seconds))} of virtual time\n${brokenWords(this.broken)}`
    );
  }
}

/** Divergences are all the ways in which honest nodes can come to hold, or to sign, what differs. */
function brokenWords(broken: ReadonlyMap<ViolationCode, number>): string {
  const of = (...codes: ViolationCode[]): number => codes.reduce((sum, code) => sum + (broken.get(code) ?? 0), 0);
  const divergences = of("DIVERGED", "NOT_FINAL", "SIGNED_TWICE", "MERGES_DIFFER");
  const stalls = of("STALLED");
  const all = [...broken.values()].reduce((sum, count) => sum + count, 0);
  return `${counted(divergences, "divergence")}, ${counted(stalls, "stall")}, ${counted(all - divergences - stalls, "other broken promise")}`;
}

export const shapeWords = ({ nodes, f, faults }: Shape): string =>
  `n = ${nodes}, f = ${f}, ${faults === "all" ? "all faults" : "power cuts and stops"}`;

export const violationWords = ({ code, text, at }: Violation): string =>
  `${code} after ${duration(Math.round(at / 1000))}: ${text}`;
