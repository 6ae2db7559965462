import type { PeerEvent } from "../core/round/events.ts";
import type { RoundState } from "../core/round/state.ts";
import { waitFor, type WaitHere, waitHere } from "../core/round/waiting/here.ts";
import { OLD_BLOCK_SECONDS, oldBlock } from "../core/round/waiting/lastBlock.ts";
import type { Wait } from "../core/round/waiting/wait.ts";
import { ageWords, clockWords, hereWords, type NameOf, waitWords } from "../core/round/waiting/words.ts";
import type { ChainTime } from "./chainTime.ts";
import type { PeerContext } from "./components.ts";
import { nameOfIn } from "./nameOf.ts";

/** A wait is told of first when it has lasted this long, or a fifth of its phase where that is less. */
const FIRST_MS = 10_000;
const FIRST_SHARE = 5;
const LEAST_MS = 1_000;
/** The intervals between lines about one wait double up to this; where people have to act, up to the second. */
const MOST_MS = 60_000;
const MOST_FOR_PEOPLE_MS = 3_600_000;
const FOR_PEOPLE = new Set<Wait["kind"]>(["approval", "unpause", "members", "licence"]);
/** Waits of this node alone, which last however the rounds go on. */
const OWN = new Set<Wait["kind"]>(["endpoint", "history", "licence"]);
/** Of the longest time between the last blocks: after so many of them the next one is late. */
const LATE_GAPS = 3;

/** What was last looked at: one wait, whatever changes about it. */
interface Topic {
  key: string;
  /** The clock's milliseconds at which it began, or was first seen where that is on no record. */
  sinceMs: number;
  firstMs: number;
  intervalMs: number;
  /** What the last line said, clocks left out; undefined before the first. */
  said: string | undefined;
}

/**
 * Tells the log and the observer what a long wait is for. It looks at the state only when a line may be due, so that a step costs next to
 * nothing; `due` is for the daemon's one timer.
 */
export class Waits {
  readonly #context: PeerContext;
  readonly #chainTime: ChainTime;
  readonly #nameOf: NameOf;
  /** Waits that began before are counted from here: what happened while nobody was watching is no news. */
  #watchedSinceMs: number;
  #isDown = false;
  #topic: Topic | undefined;
  #dueMs: number;
  #newsFromMs: number;

  constructor(context: PeerContext, chainTime: ChainTime) {
    this.#context = context;
    this.#chainTime = chainTime;
    this.#nameOf = nameOfIn(context);
    this.#watchedSinceMs = context.clock.now();
    this.#dueMs = this.#watchedSinceMs;
    this.#newsFromMs = this.#watchedSinceMs;
  }

  /** The clock's milliseconds at which `look` is to be called at the latest; Infinity where nothing is waited for. */
  get due(): number {
    return this.#dueMs;
  }

  connection(isUp: boolean): void {
    this.#isDown = !isUp;
    this.#dueMs = this.#context.clock.now();
    if (isUp) this.#watchedSinceMs = this.#dueMs;
  }

  /** To be called after each step. */
  look(type: PeerEvent["type"]): void {
    const nowMs = this.#context.clock.now();
    if (nowMs < this.#dueMs && (type === "tick" || nowMs < this.#newsFromMs)) return;
    const here = this.#here();
    const topic = here && this.#topicOf(here.wait, nowMs);
    this.#topic = topic;
    this.#newsFromMs = nowMs + (topic?.firstMs ?? FIRST_MS);
    if (!topic) {
      this.#dueMs = Number.POSITIVE_INFINITY;
      return;
    }
    if (topic.said === undefined) {
      this.#dueMs = Math.max(topic.sinceMs, this.#watchedSinceMs) + topic.firstMs;
      if (nowMs < this.#dueMs) return;
    }
    const says = this.#withoutClock(here);
    if (nowMs < this.#dueMs && says === topic.said) return;
    topic.said = says;
    // What comes after a phase's end is looked at in time, however long the intervals have become.
    const endMs = nowMs + ((here.wait.until ?? Number.POSITIVE_INFINITY) - this.#context.state.now) * 1000;
    this.#dueMs = Math.min(nowMs + topic.intervalMs, endMs + topic.firstMs);
    topic.intervalMs = Math.min(2 * topic.intervalMs, FOR_PEOPLE.has(here.wait.kind) ? MOST_FOR_PEOPLE_MS : MOST_MS);
    this.#tell(here, (nowMs - topic.sinceMs) / 1000);
  }

  #here(): WaitHere | undefined {
    const here = waitHere(this.#context.state as RoundState);
    if (!this.#isDown) return here;
    const { round, attempt, phase } = here?.wait ?? {};
    return { part: undefined, doing: [], ...here, wait: waitFor("endpoint", { round, attempt, phase }) };
  }

  #topicOf({ kind, round, attempt, phase, since, until }: Wait, nowMs: number): Topic {
    const key = OWN.has(kind) ? kind : [kind, round, attempt, phase].join("/");
    if (this.#topic?.key === key) return this.#topic;
    const sinceMs = since === undefined ? nowMs : nowMs - (this.#context.state.now - since) * 1000;
    const phaseMs = since === undefined || until === undefined ? Number.POSITIVE_INFINITY : (until - since) * 1000;
    const firstMs = Math.max(LEAST_MS, Math.min(FIRST_MS, phaseMs / FIRST_SHARE));
    return { key, sinceMs, firstMs, intervalMs: firstMs, said: undefined };
  }

  /** Tries and batches change all the time, and are no news by themselves. */
  #withoutClock({ wait, part, doing }: WaitHere): string {
    const own = doing.map((one) => ({ ...one, failed: 0 }));
    return [waitWords(wait, this.#nameOf), ...hereWords({ part, doing: own }, this.#nameOf)].join();
  }

  #tell({ wait, part, doing }: WaitHere, seconds: number): void {
    const { state, logger, observer, progress } = this.#context;
    const { kind, round, attempt, phase, missing, since, until } = wait;
    const task = state.view.tasks.get(state.taskId);
    const oldAfter = Math.max(OLD_BLOCK_SECONDS, LATE_GAPS * this.#chainTime.longestGap());
    const lastBlockSeconds = task && kind !== "endpoint" ? oldBlock(state.view, task, state.now, oldAfter) : undefined;
    const at = round === undefined ? undefined : progress.get(round);
    const training = at ? ` (pass ${at.epoch} of ${at.epochs}, batch ${at.batch} of ${at.batches})` : "";
    const text = [
      waitWords(wait, this.#nameOf) + clockWords(wait, state.now, state.now - seconds),
      ...hereWords({ part, doing }, this.#nameOf, training),
      ...ageWords(lastBlockSeconds),
    ].join("; ");
    const ofSeconds = until === undefined || since === undefined ? undefined : until - since;
    logger.info(text, { kind, round, attempt, phase, missing, seconds: Math.floor(seconds), ofSeconds });
    const facts = { kind, round, attempt, phase, missing, part, doing };
    observer.waiting?.({ text, ...facts, seconds, ofSeconds, lastBlockSeconds });
  }
}
