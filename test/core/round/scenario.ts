import type { LedgerEvent, LocatedEvent, TaskParams } from "../../../node/core/ledger/events.ts";
import { emptyNetwork } from "../../../node/core/ledger/view/network.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import type { Effect } from "../../../node/core/round/effects.ts";
import type { PeerEvent } from "../../../node/core/round/events.ts";
import { emptyLocal, type RoundState, type Verdict } from "../../../node/core/round/state.ts";
import { step } from "../../../node/core/round/step.ts";

/** A 32-byte value that reads well in a failing test: `b32("a1")` is 0xa1a1...a1. */
export const b32 = (pair: string): Bytes32 => `0x${pair.repeat(32)}`;
export const account = (i: number): Address => `0x${(i + 1).toString(16).padStart(2, "0").repeat(20)}`;

export const TASK = b32("77");
export const FIRST_MODEL = b32("a0");
export const OPENING = b32("e1");
export const SUBMISSIONS = b32("e2");
export const INCLUSION = b32("e3");
export const T0 = 1_000_000;

/** Four members, one of whom may be faulty, as in the example task. */
export const PARAMS: TaskParams = {
  documentHash: b32("d0"),
  modelHash: FIRST_MODEL,
  f: 1,
  minPeers: 3,
  startMembers: 4,
  rounds: 3,
  submitSeconds: 10,
  attestSeconds: 10,
  mergeSeconds: 10,
  maxWeight: 1000,
  evaluations: false,
};

/** One daemon's planner with a ledger that the test writes by hand. Member 0 is the daemon unless said otherwise. */
export class Scenario {
  readonly state: RoundState;
  effects: Effect[] = [];
  #block = 1;
  #time = T0;

  constructor(self = 0, members = 4) {
    this.state = {
      account: account(self),
      taskId: TASK,
      retainRounds: Number.POSITIVE_INFINITY,
      view: emptyNetwork(),
      local: emptyLocal(),
      now: T0,
    };
    this.ledger(
      ...Array.from({ length: members }, (_, i): LedgerEvent => ({
        type: "NodeAuthorized",
        account: account(i),
        grant: 1,
        expiresAt: T0 + 1e6,
      })),
      ...Array.from({ length: members }, (_, i): LedgerEvent => ({
        type: "NodeRegistered",
        account: account(i),
        version: 1,
        peerId: `peer${i}`,
        encryptionKey: b32(`c${i}`),
        addresses: [],
      })),
      {
        type: "TaskCreated",
        taskId: TASK,
        creator: account(0),
        params: PARAMS,
        document: new Uint8Array(),
        modelCid: "bafy",
      },
      ...Array.from({ length: members }, (_, i): LedgerEvent => ({
        type: "MemberJoined",
        taskId: TASK,
        account: account(i),
        index: i,
      })),
    );
  }

  /** Mines one final block with these events. */
  ledger(...events: LedgerEvent[]): this {
    this.#block++;
    const at = { block: this.#block, timestamp: this.#time, transaction: b32("ff") };
    const located = events.map((event, index) => ({ ...event, at: { ...at, index } }) as LocatedEvent);
    return this.happens({ type: "ledger", events: located, head: this.#block, timestamp: this.#time });
  }

  happens(event: PeerEvent): this {
    this.effects = step(this.state, event);
    return this;
  }

  /** Lets the chain's time pass. */
  passes(seconds: number): this {
    this.#time += seconds;
    this.state.now = this.#time;
    return this.happens({ type: "tick" });
  }

  opens(round = 1, attempt = 0, base = FIRST_MODEL, snapshot = 0b1111n): this {
    const deadline = this.#time + 10;
    return this.ledger({
      type: "RoundOpened",
      taskId: TASK,
      round,
      attempt,
      base,
      snapshot,
      deadline,
      deadlineBlock: 0,
      seen: OPENING,
    });
  }

  submits(member: number, sha256 = b32(`5${member}`), round = 1, attempt = 0, cid = `cid${member}`): this {
    return this.ledger({
      type: "UpdateSubmitted",
      taskId: TASK,
      round,
      attempt,
      member,
      sha256,
      cid,
      weight: 10,
      seen: b32("00"),
    });
  }

  closesSubmissions(submitted = 0b1111n, round = 1, attempt = 0): this {
    const deadline = this.#time + 10;
    return this.ledger({
      type: "SubmissionsClosed",
      taskId: TASK,
      round,
      attempt,
      submitted,
      deadline,
      deadlineBlock: 0,
      seen: SUBMISSIONS,
    });
  }

  fixesInclusion(included = 0b1111n, round = 1, attempt = 0): this {
    const deadline = this.#time + 10;
    return this.ledger({
      type: "InclusionFixed",
      taskId: TASK,
      round,
      attempt,
      included,
      deadline,
      deadlineBlock: 0,
      seen: INCLUSION,
    });
  }

  finalizes(modelHash: Bytes32, included = 0b1111n, round = 1, attempt = 0): this {
    return this.ledger({ type: "RoundFinalized", taskId: TASK, round, attempt, included, modelHash });
  }

  opened(member: number, verdict: Verdict = "held", sha256 = b32(`5${member}`), round = 1, cid = `cid${member}`): this {
    return this.happens({ type: "opened", round, member, sha256, cid, verdict });
  }

  /** Keys of what is planned, in order, timers left out. */
  planned(): string[] {
    return this.effects.filter((effect) => effect.type !== "wake").map((effect) => effect.key);
  }

  /** Planned effects of one type. */
  of<T extends Effect["type"]>(type: T): Extract<Effect, { type: T }>[] {
    return this.effects.filter((effect): effect is Extract<Effect, { type: T }> => effect.type === type);
  }

  acts() {
    return this.of("act").map(({ act }) => act);
  }

  wakeTimes(): number[] {
    return this.of("wake").map(({ time }) => time);
  }
}
