/** What a ledger must not refuse: acts of honest members, and anyone's `advance` once it is time. */
import type { Invariants } from "./invariants.ts";
import type { Step } from "./step.ts";
import { count, has, hold, isSubset } from "./step.ts";

/** @throws Violation if the ledger refused what it must take, or took an `advance` before its time */
export function checkLiveness(watch: Invariants, step: Step): void {
  const { act, before, outcome } = step;
  const refused = outcome.error !== undefined;
  if (act.type === "advance") {
    if (before.phase === "Waiting" || before.phase === "Finished") {
      const may = before.phase === "Waiting" && couldOpen(watch, step);
      hold(may === !refused, "a waiting task goes on by itself", `${outcome.error ?? "went on"}`);
      return;
    }
    const passed = outcome.time >= before.deadline && outcome.block >= before.deadlineBlock;
    hold(!(passed && refused), "someone can always advance after a deadline", `${outcome.error}`);
    hold(passed || refused, "nobody advances before a deadline", `${outcome.time} of ${before.deadline}`);
    if (!refused) hold(moved(step), "someone can always advance after a deadline", `still in ${before.phase}`);
  } else if (refused && isDuty(watch, step)) {
    hold(false, "an honest act is taken", `${act.type} by ${step.sender}: ${outcome.error}`);
  }
}

const moved = ({ before, after }: Step): boolean =>
  before.round !== after.round || before.attempt !== after.attempt || before.phase !== after.phase;

function couldOpen(watch: Invariants, { facts, params }: Step): boolean {
  const eligible = watch.members.filter((who) => facts.isEligible(who)).length;
  const first = watch.attempts.length === 0 ? params.startMembers : 0;
  return !facts.paused() && eligible >= Math.max(3 * params.f + 1, params.minPeers + params.f, first);
}

/** Whether the act is one that the protocol asks of its sender just then. */
function isDuty(watch: Invariants, { act, sender, before, facts, params }: Step): boolean {
  const member = watch.members.indexOf(sender);
  const open = watch.attempts.at(-1);
  if (!("ref" in act) || !open || facts.isBarred(sender) || !has(open.snapshot, member)) return false;
  if (act.ref.round !== before.round || act.ref.attempt !== before.attempt || act.ref.seen !== open.seen) return false;
  if (act.type === "submit") {
    const file = watch.files.get(`${before.round}/${member}`) ?? act.sha256;
    const fresh = before.phase === "Submit" && !has(open.submitted, member) && file === act.sha256;
    return fresh && act.weight >= 1 && act.weight <= params.maxWeight && act.cid.length >= 1 && act.cid.length <= 128;
  }
  if (act.type === "attest") {
    const { held, refused } = open.attested.get(member) ?? { held: 0n, refused: 0n };
    const added = count((act.held | act.refused) & ~(held | refused)) > 0;
    const consistent =
      ((held | act.held) & (refused | act.refused)) === 0n && isSubset(act.held | act.refused, open.submitted);
    return before.phase === "Attest" && added && consistent;
  }
  return before.phase === "Merge" && !open.votes.has(member) && act.evaluation === 65535;
}
