import type { RoundAct } from "../../core/ledger/acts.ts";
import type { FinalRound } from "../../core/ledger/view/task.ts";
import { progressOf, type StoppingRule } from "../../core/stopping/progress.ts";
import type { ViolationCode } from "./violation.ts";

/** Whether honest nodes keep to a task's early end (R11), by what the chain said when each round became final and not by what they made of it. */
export class Stops {
  /** Scores of final rounds, by what identifies them; a chain that lost its last blocks (R9) may have several for one. */
  readonly #scores = new Map<string, Set<number | undefined>>();
  readonly #rule: StoppingRule | undefined;

  constructor(rule: StoppingRule | undefined) {
    this.#rule = rule;
  }

  /** The chain has finalized a round, and nothing came after it yet. */
  finalized(final: FinalRound | undefined): void {
    if (!final) return;
    const scores = this.#scores.get(keyOf(final)) ?? new Set();
    this.#scores.set(keyOf(final), scores.add(final.score));
  }

  /** @param history the final rounds that the node knows of when it signs */
  check(
    node: string,
    act: RoundAct,
    history: readonly FinalRound[] = [],
  ): { code: ViolationCode; text: string } | undefined {
    if (this.#rule === undefined || act.type !== "submit") return undefined;
    const known = history.map((final) => ({ round: final.round, scores: [...(this.#scores.get(keyOf(final)) ?? [])] }));
    // What never was final is found out elsewhere.
    if (known.some(({ scores }) => scores.length !== 1)) return undefined;
    const rounds = known.map(({ round, scores: [score] }) => ({ round, score }));
    const { stoppedAfter } = progressOf(this.#rule, rounds);
    if (stoppedAfter === undefined || act.ref.round <= stoppedAfter) return undefined;
    const text = `${node} submits to round ${act.ref.round} of a task that stopped after round ${stoppedAfter}`;
    return { code: "ACTED_AFTER_STOP", text };
  }
}

const keyOf = ({ round, modelHash, at }: FinalRound): string => [round, modelHash, at.block, at.transaction].join(" ");
