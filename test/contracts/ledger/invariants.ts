/**
 * What must hold of any ledger, whoever acts in whatever order. Knows only what a node sees: acts, events and `stateOf`.
 * The rules' names are those of DESIGN's list of invariants.
 */
import type { RoundAct } from "../../../node/core/ledger/acts.ts";
import type { RoundEvent } from "../../../node/core/ledger/events.ts";
import type { Address, Bytes32 } from "../../../node/core/primitives.ts";
import { checkLiveness } from "./liveness.ts";
import type { Step } from "./step.ts";
import { count, has, hold, isSubset, present } from "./step.ts";
import {
  AbsenceWatch,
  checkAbort,
  checkClosing,
  checkUnderWay,
  heldByEnough,
  type WatchedAttempt,
} from "./watchedAttempt.ts";

export class Invariants {
  readonly members: Address[] = [];
  /** First hash each member submitted, by round. */
  readonly files = new Map<string, Bytes32>();
  readonly attempts: WatchedAttempt[] = [];
  readonly finals = new Map<number, { at: WatchedAttempt; modelHash: Bytes32; seen: Bytes32 }>();
  readonly absence = new AbsenceWatch();
  #model: Bytes32 | undefined;

  /** @throws Violation */
  observe(step: Step): void {
    checkLiveness(this, step);
    if (step.outcome.error === undefined) {
      this.#checkSender(step);
      if (step.act.type === "comeBack") this.absence.comeBack(this.members.indexOf(step.sender));
    }
    for (const event of step.outcome.events) this.#event(event, step);
    this.#checkState(step);
  }

  #checkSender({ sender, act, facts }: Step): void {
    const byMember = act.type === "submit" || act.type === "attest" || act.type === "vote" || act.type === "comeBack";
    if (byMember) hold(!facts.isBarred(sender), "the revoked never act", `${sender} did ${act.type}`);
    if (act.type === "join") hold(facts.isEligible(sender), "the revoked never act", `${sender} joined`);
  }

  #event(event: RoundEvent, step: Step): void {
    const { params, facts, sender, act, outcome } = step;
    switch (event.type) {
      case "MemberJoined":
        hold(!this.members.includes(event.account), "members are a list without repetition", event.account);
        hold(event.index === this.members.length, "members are append-only", `index ${event.index}`);
        this.members.push(event.account);
        return;
      case "RoundOpened": {
        const eligible = this.members.reduce(
          (mask, who, i) => (facts.isEligible(who) ? mask | (1n << BigInt(i)) : mask),
          0n,
        );
        const needed = Math.max(3 * params.f + 1, params.minPeers + params.f);
        hold(isSubset(event.snapshot, eligible), "a snapshot is of the licensed", `${event.snapshot} of ${eligible}`);
        hold(count(event.snapshot) >= needed, "f never shrinks", `${count(event.snapshot)} of ${needed}`);
        hold(!facts.paused(), "pause stops opening", `round ${event.round}`);
        hold(event.base === (this.#model ?? params.modelHash), "a model changes by a final round only", event.base);
        this.#later(this.attempts.at(-1), event);
        const { round, attempt, snapshot, seen } = event;
        this.attempts.push({
          round,
          attempt,
          snapshot,
          seen,
          submitted: 0n,
          attested: new Map(),
          included: 0n,
          votes: new Map(),
        });
        this.#deadline(event, params.submitSeconds, step);
        return;
      }
      case "UpdateSubmitted": {
        const at = this.#actor(event, sender, act);
        hold(!has(at.submitted, event.member), "one submission per node and attempt", `member ${event.member}`);
        const key = `${event.round}/${event.member}`;
        const first = this.files.get(key) ?? event.sha256;
        hold(first === event.sha256, "one sha256 per node and round", `member ${event.member}`);
        this.files.set(key, first);
        at.submitted |= 1n << BigInt(event.member);
        return;
      }
      case "SubmissionsClosed": {
        const open = this.#openAttempt(event.type);
        hold(event.submitted === open.submitted, "submissions are those made", `${event.submitted}`);
        checkClosing(open, act);
        open.seen = event.seen;
        this.#deadline(event, params.attestSeconds, step);
        return;
      }
      case "UpdatesAttested": {
        const at = this.#actor(event, sender, act);
        const before = at.attested.get(event.member) ?? { held: 0n, refused: 0n };
        const kept = isSubset(before.held, event.held) && isSubset(before.refused, event.refused);
        hold(kept, "bits only get added", `member ${event.member}`);
        hold((event.held & event.refused) === 0n, "held or refused", `member ${event.member}`);
        hold(
          isSubset(event.held | event.refused, at.submitted),
          "what is attested was submitted",
          `member ${event.member}`,
        );
        const asked = act.type === "attest" && isSubset(act.held, event.held) && isSubset(act.refused, event.refused);
        hold(asked, "bits are those given", `member ${event.member}`);
        at.attested.set(event.member, event);
        return;
      }
      case "InclusionFixed": {
        const open = this.#openAttempt(event.type);
        const expected = heldByEnough(open, params.f);
        checkClosing(open, act);
        hold(event.included === expected, "included has enough holders", `${event.included}, held ${expected}`);
        hold(isSubset(event.included, open.submitted), "included is a subset of submitted", `${event.included}`);
        hold(count(event.included) >= params.minPeers, "no merge of fewer than minPeers", `${event.included}`);
        open.included = event.included;
        open.seen = event.seen;
        this.#deadline(event, params.mergeSeconds, step);
        return;
      }
      case "ModelVoted": {
        const voted = event.late ? this.finals.get(event.round)?.at : this.attempts.at(-1);
        const at = present(voted, "a vote is for an attempt that merged", `round ${event.round}`);
        hold(this.members[event.member] === sender, "only members of the snapshot change a round", sender);
        hold(has(at.snapshot, event.member), "only members of the snapshot change a round", `member ${event.member}`);
        hold(
          at.round === event.round && at.attempt === event.attempt,
          "a vote is for its attempt",
          `${event.round}/${event.attempt}`,
        );
        hold(act.type === "vote" && act.ref.seen === at.seen, "an act names what it saw", `member ${event.member}`);
        hold(!at.votes.has(event.member), "one vote per node and attempt", `member ${event.member}`);
        at.votes.set(event.member, event.modelHash);
        if (!event.late) return;
        hold(event.modelHash === this.#model, "a late vote is for the final model", event.modelHash);
        hold(outcome.events.length === 1, "a late vote changes nothing", `${outcome.events.length} events`);
        return;
      }
      case "RoundFinalized": {
        const open = this.#openAttempt(event.type);
        hold(!this.finals.has(event.round), "a round is finalized once", `round ${event.round}`);
        const votes = [...open.votes.values()].filter((hash) => hash === event.modelHash).length;
        const enough = Math.floor((count(open.snapshot) + params.f) / 2) + 1;
        hold(votes >= enough, "a final model has a quorum", `${votes} of ${enough}`);
        hold(
          event.included === open.included && event.included !== 0n,
          "final is what was included",
          `${event.included}`,
        );
        this.absence.count(open);
        this.finals.set(event.round, { at: open, modelHash: event.modelHash, seen: open.seen });
        this.#model = event.modelHash;
        return;
      }
      case "RoundAborted": {
        const open = this.#openAttempt(event.type);
        checkAbort(open, event.reason, step);
        this.absence.count(open);
      }
    }
  }

  /** The attempt an act's event belongs to, once it is clear that its sender may make it. */
  #actor(event: { round: number; attempt: number; member: number }, sender: Address, act: RoundAct): WatchedAttempt {
    const open = this.attempts.at(-1);
    hold(
      this.members[event.member] === sender,
      "only members of the snapshot change a round",
      `${sender} as ${event.member}`,
    );
    hold(open !== undefined && has(open.snapshot, event.member), "only members of the snapshot change a round", sender);
    const same = open?.round === event.round && open.attempt === event.attempt;
    hold(same, "an act is for the open attempt", `${event.round}/${event.attempt}`);
    hold("ref" in act && act.ref.seen === open?.seen, "an act names what it saw", `member ${event.member}`);
    return open as WatchedAttempt;
  }

  #openAttempt(event: string): WatchedAttempt {
    return present(this.attempts.at(-1), "phases only move forward", `${event} without an attempt`);
  }

  #later(before: WatchedAttempt | undefined, next: { round: number; attempt: number }): void {
    const last = before ?? { round: 1, attempt: -1 };
    const followed =
      next.round === last.round ? next.attempt === last.attempt + 1 : this.finals.has(last.round) && next.attempt === 0;
    hold(
      followed && next.round <= last.round + 1,
      "phases only move forward",
      `${next.round}/${next.attempt} after ${last.round}/${last.attempt}`,
    );
  }

  /** R1: phases are as long as the task says, times 2 for each abort that is not made good. */
  #deadline(
    event: { deadline: number; deadlineBlock: number },
    seconds: number,
    { outcome, after, minPhaseBlocks }: Step,
  ): void {
    const factor = 2 ** after.growth;
    hold(event.deadline === outcome.time + seconds * factor, "a phase has its length", `${event.deadline}`);
    hold(
      event.deadlineBlock === outcome.block + minPhaseBlocks * factor,
      "a phase has its blocks",
      `${event.deadlineBlock}`,
    );
  }

  #checkState(step: Step): void {
    const { before, after, params, outcome } = step;
    const phases = ["Waiting", "Submit", "Attest", "Merge", "Finished"];
    const place = (s: typeof before) => s.round * 1e6 + s.attempt * 10 + phases.indexOf(s.phase);
    hold(place(after) >= place(before), "phases only move forward", `${before.phase} to ${after.phase}`);
    hold(after.model === (this.#model ?? params.modelHash), "a model changes by a final round only", after.model);
    const open = this.attempts.at(-1);
    const closed = after.phase === "Waiting" || after.phase === "Finished";
    if (outcome.error !== undefined)
      hold(place(after) === place(before), "a refused act changes nothing", `${outcome.error}`);
    hold(after.absent === this.absence.absent(), "absent is who missed three attempts in a row", `${after.absent}`);
    if (closed || !open) return;
    checkUnderWay(open, step);
    hold(after.snapshot === open.snapshot && after.submitted === open.submitted, "state is what events said", "masks");
    hold(after.seen === open.seen, "state is what events said", `seen ${after.seen}`);
    hold(
      after.phase !== "Merge" || after.included === open.included,
      "state is what events said",
      `included ${after.included}`,
    );
  }
}
