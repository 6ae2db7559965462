import type { CheckedRound, CheckedUpdate, UpdateState } from "../../../core/audit/observer.ts";
import { SwarmError } from "../../../core/errors.ts";
import type { EventPosition, RoundEvent } from "../../../core/ledger/events.ts";
import { parseDocument } from "../../../core/task/document.ts";
import type { AttemptData, MemberData, TaskData } from "./data.ts";
import { spreadOf } from "./spread.ts";

type Located<Type extends RoundEvent["type"]> = Extract<RoundEvent, { type: Type }> & { at: EventPosition };

export const noStates = (): Record<UpdateState, number> => ({
  merged: 0,
  left: 0,
  invalid: 0,
  missing: 0,
  unreachable: 0,
});

/** What a report says of one task, gathered as the audit goes. Memory: a line for each attempt and each member, nothing for both together. */
export class TaskLog {
  readonly #created: Located<"TaskCreated">;
  readonly #members = new Map<number, MemberData>();
  readonly #attempts: AttemptData[] = [];
  #finished = false;
  /** Of the updates that were checked since the last final round. */
  #round = { states: noStates(), norms: [] as number[], bytes: 0 };

  constructor(created: Located<"TaskCreated">) {
    this.#created = created;
  }

  event(event: RoundEvent & { at: EventPosition }): void {
    switch (event.type) {
      case "MemberJoined": {
        const states = noStates();
        this.#members.set(event.index, {
          member: event.index,
          account: event.account,
          states,
          weight: 0,
          bytes: 0,
          votes: 0,
        });
        return;
      }
      case "RoundOpened": {
        const { round, attempt, base, at } = event;
        this.#attempts.push({ round, attempt, outcome: "open", from: at.timestamp, to: at.timestamp, base });
        return;
      }
      case "RoundAborted":
        return this.#end(event, { outcome: "aborted", reason: event.reason });
      case "RoundFinalized":
        return this.#end(event, { outcome: "final" });
      case "ModelVoted": {
        // Those before are counted when the round is final, for what they were for.
        const member = this.#members.get(event.member);
        if (event.late && member) member.votes++;
        return;
      }
      case "TaskFinished":
        this.#finished = true;
    }
  }

  update({ member, state, weight, bytes = 0, norm }: CheckedUpdate): void {
    this.#round.states[state]++;
    this.#round.bytes += bytes;
    if (norm !== undefined) this.#round.norms.push(norm);
    const author = this.#members.get(member);
    if (author === undefined) return;
    author.states[state]++;
    author.bytes += bytes;
    if (state === "merged") author.weight += weight;
  }

  round(checked: CheckedRound): void {
    for (const voter of checked.voters) {
      const member = this.#members.get(voter);
      if (member) member.votes++;
    }
    const attempt = this.#attempts.at(-1);
    if (attempt === undefined) return;
    const { model, members, submitted, included, voters, merge, score } = checked;
    Object.assign(attempt, { model, members, submitted, included, votes: voters.length, merge });
    if (score !== undefined) attempt.score = score;
    const evaluations = spreadOf(checked.evaluations);
    if (evaluations) attempt.evaluations = evaluations;
    Object.assign(attempt, this.#sums());
    this.#round = { states: noStates(), norms: [], bytes: 0 };
  }

  /** @param until unix seconds: an open attempt ends here */
  data(until: number, approved: boolean): TaskData {
    const { taskId, params, document } = this.#created;
    const attempts = this.#attempts.map((attempt) =>
      attempt.outcome === "open" ? { ...attempt, to: until } : attempt,
    );
    const last = attempts.at(-1);
    // Files of attempts that never became final are looked at in the end.
    if (last && last.outcome !== "final") attempts[attempts.length - 1] = { ...last, ...this.#sums() };
    const { f, minPeers, rounds, evaluations } = params;
    const finished = this.#finished;
    const members = [...this.#members.values()];
    return { taskId, ...wordsOf(document), approved, finished, f, minPeers, rounds, evaluations, members, attempts };
  }

  #sums(): Pick<AttemptData, "states" | "norms" | "bytes"> {
    const { states, norms, bytes } = this.#round;
    const spread = spreadOf(norms);
    return { states: { ...states }, bytes, ...(spread ? { norms: spread } : {}) };
  }

  #end({ round, attempt, at }: Located<"RoundAborted" | "RoundFinalized">, how: Partial<AttemptData>): void {
    const open = this.#attempts.at(-1);
    if (open?.round === round && open.attempt === attempt) Object.assign(open, how, { to: at.timestamp });
  }
}

/** A document that nobody approved may be anything. */
function wordsOf(document: Uint8Array): Pick<TaskData, "name" | "mergeRule"> {
  try {
    const { name, merge } = parseDocument(document);
    return { name, mergeRule: merge.rule };
  } catch (error) {
    if (error instanceof SwarmError) return {};
    throw error;
  }
}
