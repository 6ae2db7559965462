import { members } from "../../core/ledger/masks.ts";
import { memberOf } from "../../core/ledger/view/task.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import { earlyStopOf } from "../../core/round/earlyStop.ts";
import { healingBound, ROUNDS_AFTER_HEALING } from "../schedule/schedule.ts";
import type { SimulatedNode } from "../world/node.ts";
import type { World } from "../world/world.ts";

/** Liveness: once all is well again, rounds become final within a bound, and every honest member has their models. */
export class Recovery {
  readonly #world: World;
  /** Rounds that every honest member has to reach; undefined before healing. */
  #goal: number | undefined;
  #until = Number.POSITIVE_INFINITY;
  isDone = false;

  constructor(world: World) {
    this.#world = world;
  }

  begin(): void {
    const { witness, elapsed, schedule } = this.#world;
    this.#goal = Math.min(witness.task.history.length + ROUNDS_AFTER_HEALING, schedule.rounds);
    this.#until = elapsed + healingBound(schedule);
  }

  check(): void {
    if (this.#goal === undefined) return;
    const { honest, elapsed, witness, document } = this.#world;
    // A task that stops early, before or after healing, has come to its end (R11).
    const stop = earlyStopOf(document.training.earlyStopping, witness.task);
    const goal = Math.min(this.#goal, stop?.after ?? this.#goal);
    // Looking at all nodes at every step would cost more than the steps.
    if (witness.task.history.length >= goal)
      this.isDone = honest.every(
        (node) => !this.#world.isMember(node.account) || hasReached(node, goal, stop?.best.modelHash),
      );
    if (this.isDone || elapsed <= this.#until) return;
    const behind = honest.filter(
      (node) => this.#world.isMember(node.account) && !hasReached(node, goal, stop?.best.modelHash),
    );
    this.#world.violated(
      "STALLED",
      `round ${goal} is not reached ${Math.round(healingBound(this.#world.schedule) / 1000)} s after healing; ${this.#situation()}; ` +
        `behind are ${behind.map(({ name, task }) => `${name} (${task?.history.length ?? "down"})`).join(", ")}`,
    );
  }

  #situation(): string {
    const { task } = this.#world.witness;
    const { round, phase, attempt, aborts } = task;
    const where = `the ledger is in round ${round}, ${phase}, ${aborts} attempts aborted`;
    if (!attempt || phase !== "running") return where;
    const seen = {
      submitted: [...attempt.submissions.keys()],
      attested: [...attempt.attestations.keys()],
      voted: [...attempt.votes.keys()],
      included: members(attempt.included),
    };
    const done = Object.entries(seen).map(([what, who]) => `${what} {${who.join(",")}}`);
    return `${where}, attempt ${attempt.attempt} ${attempt.phase}: snapshot {${members(attempt.snapshot).join(",")}}, ${done.join(", ")}`;
  }
}

/** Whether a node's daemon has seen this many final rounds, and holds the model of its last, and the best one where the task has stopped. */
function hasReached({ peer, task, account }: SimulatedNode, rounds: number, best: Bytes32 | undefined): boolean {
  if (!peer || !task || task.history.length < rounds) return false;
  const { models } = peer.state.local;
  return memberOf(task, account) >= 0 && models.has(task.model) && (best === undefined || models.has(best));
}
