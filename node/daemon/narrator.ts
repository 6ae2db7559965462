import { SwarmError } from "../core/errors.ts";
import type { LocatedEvent } from "../core/ledger/events.ts";
import { has, members } from "../core/ledger/masks.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import { actedElsewhere } from "../core/round/actedElsewhere.ts";
import { selfOf } from "../core/round/state.ts";
import type { PeerContext } from "./components.ts";
import { ClippingWatch } from "./ownClipping.ts";

type RoundOpened = LocatedEvent & { type: "RoundOpened" };
type RoundAborted = LocatedEvent & { type: "RoundAborted" };

/** Says in log lines, and to the observer, how the task goes on: who is waited for, what was included, what was refused and why. */
export class Narrator {
  readonly #context: PeerContext;
  readonly #clipping = new ClippingWatch();
  /** The block up to which all is told; undefined before the first batch, which is history. */
  #toldTo: number | undefined;

  constructor(context: PeerContext) {
    this.#context = context;
  }

  /** R9: what comes after `block` is another history, to be told again. What comes before it comes again, and is not. */
  forgetAfter(block: number): void {
    if (this.#toldTo !== undefined) this.#toldTo = Math.min(this.#toldTo, block);
  }

  /** @param events of one batch up to block `head`, already taken into the state */
  tell(events: readonly LocatedEvent[], head: number): void {
    const task = this.#context.state.view.tasks.get(this.#context.taskId);
    if (!task) return;
    const { observer, state } = this.#context;
    if (this.#toldTo === undefined || events.length > 0) observer.ledger?.(state.view, state.now);
    const toldTo = this.#toldTo;
    this.#toldTo = Math.max(toldTo ?? 0, head);
    if (toldTo === undefined) {
      const { round, phase } = task;
      this.#context.logger.info("caught up with the ledger", {
        round,
        phase,
        members: task.members.length,
        me: selfOf(this.#context.state),
      });
      return;
    }
    for (const event of events) {
      if (event.at.block <= toldTo || !("taskId" in event) || event.taskId !== task.taskId) continue;
      this.#one(task, event);
      this.#elsewhere(event);
    }
  }

  /** A clinic whose key somebody else uses must hear of it: a second daemon of its own, or a thief. */
  #elsewhere(event: LocatedEvent): void {
    const { account, logger, state } = this.#context;
    const act = actedElsewhere(state, event);
    if (act === undefined) return;
    const { block, transaction } = event.at;
    const error = new SwarmError(
      "KEY_USED_ELSEWHERE",
      `the ledger has ${act} by ${account}, and this daemon did not send it. Find the other daemon (a copy of this folder?) and stop it; if there is none, have the node suspended at once`,
      { account, block, transaction },
    );
    logger.error("another program acts with this node's key", { error });
  }

  #one(task: TaskView, event: LocatedEvent): void {
    const { logger, observer } = this.#context;
    switch (event.type) {
      case "RoundOpened":
        this.#opened(event);
        return;
      case "SubmissionsClosed":
        logger.debug("submissions closed", { round: event.round, missing: this.#missing(task, event.submitted) });
        observer.phase?.({ round: event.round, attempt: event.attempt, phase: "attest" });
        return;
      case "InclusionFixed":
        this.#leftOut(task, event.included);
        logger.debug("inclusion fixed", { round: event.round, included: this.#names(task, event.included) });
        observer.phase?.({ round: event.round, attempt: event.attempt, phase: "merge" });
        return;
      case "RoundAborted":
        this.#aborted(event);
        return;
      case "TaskWaiting":
        // The terminal has it from the observer, in the words of `swarm status`.
        logger.info(
          event.paused
            ? "the council has paused the opening of rounds"
            : `waiting: ${event.needed} licensed members are needed`,
          {
            round: event.round,
            notEligible: task.members.filter((_, i) => !has(event.eligible, i)),
          },
        );
        return;
      case "RoundFinalized":
        this.#finalized(task, event);
    }
  }

  #opened({ round, attempt, snapshot }: RoundOpened): void {
    const count = members(snapshot).length;
    this.#context.logger.info("round opened", { round, attempt, members: count });
    this.#context.observer.phase?.({ round, attempt, phase: "submit", members: count });
  }

  #aborted({ round, attempt, reason, growth }: RoundAborted): void {
    // People count attempts from 1.
    const text = `attempt ${attempt + 1} of round ${round} ended without a model: ${ABORTS[reason]}`;
    this.#context.logger.warn(text, { round, attempt, phasesTimes: 2 ** growth });
    this.#context.observer.aborted?.({ round, attempt, reason });
  }

  /** Names whose updates were submitted in vain: that may be a fault of theirs, or of lines and deadlines. */
  #leftOut({ attempt, members: accounts }: TaskView, included: bigint): void {
    const { names } = this.#context;
    for (const { member } of attempt?.submissions.values() ?? []) {
      if (has(included, member)) continue;
      const peer = accounts[member];
      if (attempt && peer) this.#context.observer.leftOut?.({ round: attempt.round, author: peer });
      this.#context.logger.warn(
        `the update of ${peer && (names?.get(peer) ?? peer)} is left out: too few members held it in time`,
        {
          round: attempt?.round,
          peer,
        },
      );
    }
  }

  #finalized(task: TaskView, event: LocatedEvent & { type: "RoundFinalized" }): void {
    const { logger, observer, clock, network, state, figures, hints, document } = this.#context;
    const { round, attempt, modelHash } = event;
    const own = figures.get(round);
    figures.delete(round);
    const found = hints.get(round);
    for (const earlier of hints.keys()) if (earlier <= round) hints.delete(earlier);
    const included = this.#names(task, event.included);
    logger.info("round final", {
      round,
      of: task.params.rounds,
      model: modelHash,
      included: included.length,
      ...(own?.base ? { accuracy: own.base.accuracy, loss: own.loss } : {}),
    });
    const warning = own?.update && this.#clipping.look(document, round, own.update);
    if (warning !== undefined) logger.warn(warning, { round, ...own?.update });
    observer.round?.({
      round,
      attempt,
      modelHash,
      included,
      finalAt: clock.now(),
      engine: [...state.local.own.values()].findLast((update) => update.round === round)?.engine,
      trainingMs: own?.ms,
      trainingLoss: own?.loss,
      base: own?.base,
      local: own?.local,
      update: own?.update,
      hints: found,
      traffic: network.traffic(),
    });
  }

  #names = (task: TaskView, mask: bigint) => members(mask).flatMap((member) => task.members[member] ?? []);

  #missing = (task: TaskView, submitted: bigint) => this.#names(task, (task.attempt?.snapshot ?? 0n) & ~submitted);
}

const ABORTS = {
  TooFewSubmissions: "too few members submitted an update in time",
  TooFewHeld: "too few updates were held by enough members in time",
  NoQuorum: "too few members voted for the same model in time",
} as const;
