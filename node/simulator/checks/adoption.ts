import type { FinalRound, TaskView } from "../../core/ledger/view/task.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { ViolationCode } from "./violation.ts";

type Found = { code: ViolationCode; text: string } | undefined;

/** What honest nodes take for the models of rounds: final ones only, and all the same (R6). */
export class Adoption {
  /** Every round that was ever final, by round, model and transaction. */
  readonly #final = new Set<string>();
  /** The model of a round, by what identifies the round. */
  readonly #models = new Map<string, { modelHash: Bytes32; node: string }>();
  /** How many rounds were looked at, by the view they were seen in: a restart or a rollback begins a new one. */
  readonly #seen = new WeakMap<TaskView, number>();
  /** Whether a chain may lose final blocks: then a round that comes again is another round (R9). */
  readonly #mayLose: boolean;

  constructor(mayLose: boolean) {
    this.#mayLose = mayLose;
  }

  /** The chain has finalized a round, and the block counts. */
  finalized(round: number, modelHash: Bytes32, transaction: Bytes32): void {
    this.#final.add(`${round} ${modelHash} ${transaction}`);
  }

  /** Looks at what a node has adopted since the last look. */
  check(node: string, task: TaskView): Found {
    const { history, model, params } = task;
    if (model !== (history.at(-1)?.modelHash ?? params.modelHash))
      return { code: "NOT_FINAL", text: `${node} works on ${model}, which is not the model of the last final round` };
    for (let i = this.#seen.get(task) ?? 0; i < history.length; i++) {
      const found = this.#adopted(node, history[i] as FinalRound);
      if (found) return found;
    }
    this.#seen.set(task, history.length);
    return undefined;
  }

  #adopted(node: string, { round, modelHash, at }: FinalRound): Found {
    if (!this.#final.has(`${round} ${modelHash} ${at.transaction}`))
      return { code: "NOT_FINAL", text: `${node} adopts ${modelHash} for round ${round}, which is not final` };
    const key = this.#mayLose ? `${round} ${at.transaction}` : String(round);
    const before = this.#models.get(key);
    if (before && before.modelHash !== modelHash) {
      const text = `${node} adopts ${modelHash} for round ${round}, ${before.node} had adopted ${before.modelHash}`;
      return { code: "DIVERGED", text };
    }
    this.#models.set(key, { modelHash, node });
    return undefined;
  }
}
