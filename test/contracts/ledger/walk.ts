/** Random walks: moves that fast-check makes up (and shrinks), turned into acts that fit, or nearly fit, the state they meet. */
import fc from "fast-check";
import type { ActRef, RoundAct } from "../../../node/core/ledger/acts.ts";
import type { Address } from "../../../node/core/primitives.ts";
import { account } from "./chain.ts";
import type { Scenario } from "./scenario.ts";
import { memberAccount } from "./scenario.ts";
import { has, type Step } from "./step.ts";
import { fileHash, type State } from "./world.ts";

const KINDS = {
  crowd: 24,
  duty: 4,
  submit: 1,
  attest: 3,
  vote: 2,
  late: 4,
  replay: 2,
  pass: 2,
  advance: 2,
  tick: 2,
  license: 2,
  sleep: 2,
  pause: 2,
  join: 1,
  comeBack: 2,
};
const LIES = { none: 7, round: 1, attempt: 1, seen: 1, body: 2, outsider: 1 };

const DUTIES: Record<string, "submit" | "attest" | "vote"> = { Submit: "submit", Attest: "attest", Merge: "vote" };

export interface Move {
  kind: keyof typeof KINDS;
  lie: keyof typeof LIES;
  who: number;
  pick: number;
}

const weighted = <K extends string>(weights: Record<K, number>): fc.Arbitrary<K> =>
  fc.oneof(
    ...Object.entries<number>(weights).map(([value, weight]) => ({ arbitrary: fc.constant(value as K), weight })),
  );

export const moveArbitrary: fc.Arbitrary<Move> = fc.record({
  kind: weighted(KINDS),
  lie: weighted(LIES),
  who: fc.nat(7),
  pick: fc.nat(0xffff),
});

/** Everyone acts unless the lowest bits say otherwise: a quarter of the crowds lack somebody. */
const inCrowd = (pick: number, member: number): boolean => pick % 4 !== 0 || ((pick >> (2 + member)) & 1) === 1;

export class Walk {
  readonly #scenario: Scenario;
  readonly #minPhaseBlocks: number;
  readonly #observers: ((step: Step) => void | Promise<void>)[];
  readonly #sent: { sender: Address; act: RoundAct }[] = [];
  #final: Extract<RoundAct, { type: "vote" }> | undefined;
  #state: State | undefined;
  /** Members that sit crowds out until they wake up again. */
  readonly #asleep = new Set<number>();

  constructor(scenario: Scenario, minPhaseBlocks: number, observers: ((step: Step) => void | Promise<void>)[]) {
    this.#scenario = scenario;
    this.#minPhaseBlocks = minPhaseBlocks;
    this.#observers = observers;
  }

  async act(sender: Address, act: RoundAct): Promise<void> {
    const { world, params } = this.#scenario;
    const before = this.#state ?? (await this.#scenario.state());
    const outcome = await world.act(sender, act);
    const after = await this.#scenario.state();
    this.#state = after;
    if (act.type === "submit" || act.type === "attest" || act.type === "vote") this.#sent.push({ sender, act });
    if (act.type === "vote" && outcome.events.some((event) => event.type === "RoundFinalized")) this.#final = act;
    const step: Step = {
      sender,
      act,
      outcome,
      before,
      after,
      facts: world.registry.facts,
      params,
      minPhaseBlocks: this.#minPhaseBlocks,
    };
    for (const observe of this.#observers) await observe(step);
  }

  async move(move: Move): Promise<void> {
    const { world, taskId } = this.#scenario;
    const { kind, lie, who, pick } = move;
    const sender = lie === "outsider" ? account(500 + who) : memberAccount(who);
    const state = await this.#now();
    if (kind === "crowd") return this.#crowd(pick);
    if (kind === "sleep") return void (this.#asleep.delete(who) || this.#asleep.add(who));
    if (kind === "pass") return this.#pass();
    if (kind === "tick") {
      world.chain.time += pick % 400;
      await world.chain.mine(pick % 3);
      return this.act(account(999), { type: "advance", taskId });
    }
    if (kind === "license")
      return world.registry.license(
        [memberAccount(who)],
        pick % 8 === 0 ? "barred" : pick % 8 < 4 ? "expired" : "licensed",
      );
    if (kind === "pause") return world.registry.pause(pick % 3 !== 0);
    if (kind === "replay") {
      const earlier = this.#sent.at(-1 - (pick % 20));
      return earlier && this.act(earlier.sender, earlier.act);
    }
    if (kind === "late") {
      await this.#late(sender, lie, pick);
      return this.#late(memberAccount(pick % 7), lie, pick);
    }
    if (kind === "advance" || kind === "join" || kind === "comeBack") return this.act(sender, { type: kind, taskId });
    const type = kind === "duty" ? DUTIES[state.phase] : kind;
    if (type === undefined) return;
    await this.act(sender, this.#make(type, who, lie, pick, state));
    // Attestations come bit by bit: some more follow at once.
    if (type === "attest" && pick % 2 === 0)
      await this.act(sender, this.#make(type, who, lie, pick >> 3, await this.#now()));
  }

  async #pass(): Promise<void> {
    await this.#scenario.pass();
    await this.act(account(999), { type: "advance", taskId: this.#scenario.taskId });
  }

  async #now(): Promise<State> {
    this.#state ??= await this.#scenario.state();
    return this.#state;
  }

  /** What every member of the snapshot (or some of them) should do in this phase. */
  async #crowd(pick: number): Promise<void> {
    const start = await this.#now();
    if (start.phase === "Waiting") return this.#heal(pick);
    for (let member = 0; has(start.snapshot, member) || start.snapshot >> BigInt(member) > 0n; member++) {
      const state = await this.#now();
      if (state.phase !== start.phase || state.attempt !== start.attempt || state.round !== start.round) return;
      if (!has(state.snapshot, member) || !inCrowd(pick, member) || this.#asleep.has(member)) continue;
      await this.act(memberAccount(member), this.#duty(member, pick, state));
    }
    // Who is missing will not come: most crowds wait for the deadline.
    const { phase } = await this.#now();
    if (phase === start.phase && phase in DUTIES && pick % 8 !== 7) await this.#pass();
  }

  /** What stopped a waiting task may end, or not quite; then someone tries to go on. */
  async #heal(pick: number): Promise<void> {
    const { world, taskId } = this.#scenario;
    if (pick % 2 === 0) await world.registry.pause(false);
    if (pick % 3 === 0) await world.registry.license([0, 1, 2, 3, 4].map(memberAccount), "licensed");
    if (pick % 5 !== 0) await this.act(account(999), { type: "advance", taskId });
  }

  /** A crowd mostly agrees; now and then all refuse the same updates, or it falls apart over the model. */
  #duty(member: number, pick: number, state: State): RoundAct {
    const act = this.#make(DUTIES[state.phase] ?? "vote", member, "none", 0, state);
    if (act.type === "attest" && pick % 5 === 0) {
      const refused = BigInt(pick >> 8) & state.submitted;
      return { ...act, held: state.submitted & ~refused, refused };
    }
    if (act.type === "vote" && pick % 5 === 0)
      return { ...act, modelHash: fileHash("model of some", (member + pick) % 2) };
    return act;
  }

  #make(type: "submit" | "attest" | "vote", member: number, lie: Move["lie"], pick: number, state: State): RoundAct {
    const ref: ActRef = {
      taskId: this.#scenario.taskId,
      round: state.round + (lie === "round" ? (pick % 2 === 0 ? 1 : -1) : 0),
      attempt: Math.max(0, state.attempt + (lie === "attempt" ? (pick % 2 === 0 ? 1 : -1) : 0)),
      seen: lie === "seen" ? fileHash("nothing", pick) : state.seen,
    };
    const bent = lie === "body";
    if (type === "submit") {
      const sha256 = fileHash("file", member, state.round, bent ? pick % 3 : 0);
      return {
        type,
        ref,
        sha256,
        cid: "bafy".padEnd(4 + (pick % 40), "x"),
        weight: bent && pick % 5 === 0 ? 0 : 1 + (pick % 50),
      };
    }
    if (type === "vote") {
      const modelHash = fileHash("model", state.round, state.included, bent ? pick % 3 : 0);
      return { type, ref, modelHash, evaluation: bent && pick % 4 === 0 ? 10001 : 65535 };
    }
    if (!bent && pick % 3 === 0) return { type, ref, held: state.submitted, refused: 0n };
    const bits = BigInt(pick);
    const held = bent ? bits & 0xffn : bits & state.submitted;
    const refused = bent ? (pick % 3 === 0 ? bits >> 8n : 0n) : (bits >> 8n) & state.submitted & ~held;
    return { type, ref, held, refused };
  }

  /** A vote for the model that was just made final, or nearly so. */
  async #late(sender: Address, lie: Move["lie"], pick: number): Promise<void> {
    if (this.#final === undefined) return;
    const { ref, modelHash } = this.#final;
    const bentRef = {
      ...ref,
      attempt: ref.attempt + (lie === "attempt" ? 1 : 0),
      seen: lie === "seen" ? fileHash("nothing") : ref.seen,
    };
    await this.act(sender, {
      ...this.#final,
      ref: bentRef,
      modelHash: lie === "body" || pick % 7 === 3 ? fileHash("evil", pick % 2) : modelHash,
    });
  }
}
