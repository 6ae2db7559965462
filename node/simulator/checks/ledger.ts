import type { MemoryBlock } from "../../adapters/memory/ledger/block.ts";
import type { RoundAct } from "../../core/ledger/acts.ts";
import type { LocatedEvent, TaskParams } from "../../core/ledger/events.ts";
import { count } from "../../core/ledger/masks.ts";
import type { TaskView } from "../../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../../core/primitives.ts";
import { membersNeeded } from "../../core/round/thresholds.ts";
import type { Violation } from "./violation.ts";

type Found = Omit<Violation, "at"> | undefined;
type Opened = LocatedEvent & { type: "RoundOpened" };
type Acted = LocatedEvent & { type: "UpdateSubmitted" | "UpdatesAttested" | "ModelVoted" };

/**
 * What the ledger itself must never record.
 * @param task with the event taken in
 */
export function checkEvent(
  event: LocatedEvent,
  { acts }: MemoryBlock,
  task: TaskView,
  isHonest: (account: Address) => boolean,
): Found {
  switch (event.type) {
    case "RoundOpened":
      return checkSnapshot(event, task.params);
    case "UpdateSubmitted":
    case "UpdatesAttested":
    case "ModelVoted": {
      const sent = acts.find(({ transaction }) => transaction === event.at.transaction);
      const late = event.type === "ModelVoted" && event.late;
      if (!sent || late || !isHonest(sent.sender)) return undefined;
      return checkPlace(event, sent.act as RoundAct & { type: "submit" | "attest" | "vote" }, task.attempt?.seen);
    }
    default:
      return undefined;
  }
}

/** f never shrinks: with too few members a task waits. */
function checkSnapshot({ round, attempt, snapshot }: Opened, { f, minPeers }: TaskParams): Found {
  const needed = membersNeeded(f, minPeers);
  if (count(snapshot) >= needed) return undefined;
  const text = `round ${round}, attempt ${attempt} opened with ${count(snapshot)} members, ${needed} are needed for f = ${f}`;
  return { code: "SNAPSHOT_TOO_SMALL", text };
}

/** R3: what an honest member signed counts where it was signed for, and nowhere else. @param seen what acts of the phase have to name */
function checkPlace(
  { round, attempt, member }: Acted,
  { ref, type }: RoundAct & { type: "submit" | "attest" | "vote" },
  seen: Bytes32 | undefined,
): Found {
  if (ref.round === round && ref.attempt === attempt && ref.seen === seen) return undefined;
  const signedFor = `round ${ref.round}, attempt ${ref.attempt}, having seen ${ref.seen}`;
  const text = `member ${member} signed to ${type} in ${signedFor}; it counted in round ${round}, attempt ${attempt}, for ${seen}`;
  return { code: "ACT_MISPLACED", text };
}
