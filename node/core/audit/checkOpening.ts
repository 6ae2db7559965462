import { count } from "../ledger/masks.ts";
import { type CheckContext, type Event, eligibleMask, neededMembers } from "./checkTask.ts";
import { openingDigest } from "./digests.ts";
import { checkDeadline } from "./expect.ts";
import { numberOf } from "./nameOf.ts";
import { absentMask, placeOf, type TaskReplay } from "./taskReplay.ts";

/** RoundOpened: the next attempt, on the current model, with the snapshot that licences and absences give (R10). */
export function checkOpening(context: CheckContext, task: TaskReplay, event: Event<"RoundOpened">): void {
  const { record, registry } = context;
  const where = placeOf(event);
  if (
    task.phase !== "waiting" ||
    event.round !== task.round ||
    event.attempt !== task.attemptNumber ||
    event.round > task.params.rounds
  ) {
    const text = `Round ${event.round}, attempt ${numberOf(event.attempt)} was opened where round ${task.round}, attempt ${numberOf(task.attemptNumber)} was next.`;
    record.wrong("OUT_OF_PHASE", text, where);
  }
  if (event.base !== task.model) {
    record.wrong(
      "OPENING_WRONG",
      `The attempt starts from ${event.base}, but the current model is ${task.model}.`,
      where,
    );
  }
  const eligible = eligibleMask(registry, task, event.at.timestamp);
  const needed = neededMembers(task);
  const present = eligible & ~absentMask(task);
  const snapshot = count(present) >= needed ? present : eligible;
  if (event.snapshot !== snapshot || count(snapshot) < needed || registry.paused) {
    const because = registry.paused ? "opening was paused" : `it should be ${snapshot}, of which ${needed} are needed`;
    record.wrong("SNAPSHOT_WRONG", `The attempt's snapshot is the mask ${event.snapshot}; ${because}.`, where);
  }
  const seen = openingDigest(context.keccak256, context.deployment, event);
  if (event.seen !== seen) record.wrong("DIGEST_WRONG", `The opening's digest should be ${seen}.`, where);
  checkDeadline(context, task, event, task.params.submitSeconds);
  const { round, attempt, base, deadline, deadlineBlock } = event;
  const empty = {
    submissions: new Map(),
    attestations: new Map(),
    votes: new Map(),
    evaluations: new Map(),
    included: 0n,
  };
  task.attempt = {
    round,
    attempt,
    base,
    snapshot: event.snapshot,
    deadline,
    deadlineBlock,
    seen: event.seen,
    ...empty,
  };
  task.phase = "submit";
  task.round = round;
  task.attemptNumber = attempt;
}
