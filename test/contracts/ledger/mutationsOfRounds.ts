/** Ledgers whose attempts open, go on or end wrongly. */
import type { Mutation } from "./mutations.ts";

const ROUNDS = "contracts/lib/Rounds.sol";
const TASK = "contracts/lib/Task.sol";
const BITS = "contracts/lib/Bits.sol";
const ABSENCE = "contracts/lib/Absence.sol";
const LEDGER = "contracts/SwarmLedger.sol";
const REVOKED = "the revoked never act";
const ADVANCE = "someone can always advance after a deadline";
const ABSENT = "absent is who missed three attempts in a row";
const FORWARD = "phases only move forward";
const HOLDERS = "included has enough holders";

export const MUTATIONS_OF_ROUNDS: Mutation[] = [
  {
    name: "lets a node join twice",
    file: LEDGER,
    from: "if (task.position[msg.sender] != 0) revert",
    to: "if (false) revert",
    rules: ["members are a list without repetition"],
  },
  {
    name: "forgets on abort which files were submitted",
    file: ROUNDS,
    from: "task.fixedFiles |= task.submitted;",
    to: "",
    rules: ["one sha256 per node and round"],
  },
  {
    name: "keeps files fixed for later rounds",
    file: ROUNDS,
    from: "if (task.fixedFiles != 0) task.fixedFiles = 0;",
    to: "",
    rules: ["an honest act is taken"],
  },
  {
    name: "counts attestations of an earlier attempt",
    file: ROUNDS,
    from: "task.attested = 0;",
    to: "",
    rules: [
      HOLDERS,
      "bits are those given",
      "held or refused",
      "what is attested was submitted",
      "an honest act is taken",
    ],
  },
  {
    name: "keeps submissions of an earlier attempt",
    file: ROUNDS,
    from: "task.submitted = 0;",
    to: "",
    rules: ["state is what events said", "an honest act is taken"],
  },
  {
    name: "keeps decisions of an earlier attempt",
    file: ROUNDS,
    from: "task.decided = 0;",
    to: "",
    rules: ["nobody closes a phase early"],
  },
  {
    name: "keeps voters of an earlier attempt",
    file: ROUNDS,
    from: "task.voted = 0;",
    to: "",
    rules: ["an honest act is taken"],
  },
  {
    name: "asks for one holder less",
    file: TASK,
    from: "task.params.f == 0 ? 2 : uint256(task.params.f) + 1",
    to: "task.params.f == 0 ? 1 : uint256(task.params.f)",
    rules: [HOLDERS],
  },
  {
    name: "asks for one holder more",
    file: BITS,
    from: "MAX_THRESHOLD - threshold;",
    to: "MAX_THRESHOLD - threshold - 1;",
    rules: [HOLDERS, "an abort has its reason"],
  },
  {
    name: "merges fewer than minPeers",
    file: ROUNDS,
    from: "if (included.count() < task.params.minPeers)",
    to: "if (included == 0)",
    rules: ["no merge of fewer than minPeers"],
  },
  {
    name: "needs one vote less",
    file: TASK,
    from: "(task.snapshot.count() + task.params.f) / 2 + 1",
    to: "(task.snapshot.count() + task.params.f) / 2",
    rules: ["a final model has a quorum"],
  },
  {
    name: "lets the unlicensed join",
    file: LEDGER,
    from: "if (!_registry.isEligible(msg.sender)) revert",
    to: "if (false) revert",
    rules: [REVOKED],
  },
  {
    name: "never takes a new snapshot",
    file: ROUNDS,
    from: "if (task.snapshot != snapshot) task.snapshot = snapshot;",
    to: "if (task.snapshot == 0) task.snapshot = snapshot;",
    rules: ["state is what events said"],
  },
  {
    name: "opens with too few",
    file: TASK,
    from: "uint256 needed = uint256(task.params.minPeers) + task.params.f;",
    to: "uint256 needed = task.params.minPeers;",
    rules: ["f never shrinks"],
  },
  {
    name: "opens in spite of a pause",
    file: ROUNDS,
    from: "if (paused) return (0, needed, eligible, paused);",
    to: "",
    rules: ["pause stops opening", "a waiting task goes on by itself"],
  },
  {
    name: "takes the clock alone for a deadline",
    file: ROUNDS,
    from: "block.timestamp >= task.deadline && block.number >= task.deadlineBlock",
    to: "block.timestamp >= task.deadline",
    rules: ["nobody advances before a deadline"],
  },
  {
    name: "takes blocks alone for a deadline",
    file: ROUNDS,
    from: "block.timestamp >= task.deadline && block.number >= task.deadlineBlock",
    to: "block.number >= task.deadlineBlock",
    rules: ["nobody advances before a deadline"],
  },
  {
    name: "asks for a second more than the deadline",
    file: ROUNDS,
    from: "block.timestamp >= task.deadline",
    to: "block.timestamp > task.deadline",
    rules: [ADVANCE],
  },
  {
    name: "never ends a merge without a quorum",
    file: ROUNDS,
    from: "_abort(taskId, task, AbortReason.NoQuorum);",
    to: "task.phase = Phase.Merge;",
    rules: [ADVANCE],
  },
  {
    name: "waits for a first submission for ever",
    file: LEDGER,
    from: "if (!_deadlinePassed(task)) revert",
    to: "if (!_deadlinePassed(task) || task.submitted == 0) revert",
    rules: [ADVANCE],
  },
  {
    name: "lets a waiting task sleep",
    file: LEDGER,
    from: "phase == Phase.Waiting && _open(taskId, task)",
    to: "phase == Phase.Waiting && task.attempt != 0 && _open(taskId, task)",
    rules: ["a waiting task goes on by itself"],
  },
  {
    name: "makes the same round final again",
    file: ROUNDS,
    from: "task.round += 1;",
    to: "",
    rules: [FORWARD, "a round is finalized once"],
  },
  {
    name: "starts a round over after an abort",
    file: ROUNDS,
    from: "task.attempt = attempt + 1;",
    to: "",
    rules: [FORWARD, ADVANCE],
  },
  {
    name: "goes back from merging to attesting",
    file: ROUNDS,
    from: "_startPhase(task, Phase.Merge, task.params.mergeSeconds);",
    to: "_startPhase(task, Phase.Attest, task.params.mergeSeconds);",
    rules: ["an honest act is taken", FORWARD, ADVANCE, "a complete phase ends at once"],
  },
  {
    name: "gives up on a round that has enough submissions",
    file: ROUNDS,
    from: "if (task.submitted.count() < task.params.minPeers)",
    to: "if (task.submitted.count() <= task.params.minPeers)",
    rules: ["an abort has its reason"],
  },
  {
    name: "keeps counting who came back to work",
    file: ABSENCE,
    from: "(ones ^ up) & ~acted",
    to: "(ones ^ up)",
    rules: [ABSENT],
  },
  {
    name: "counts to two only",
    file: ABSENCE,
    from: "(twos ^ (ones & up)) & ~acted",
    to: "(twos | up) & ~acted",
    rules: [ABSENT],
  },
  {
    name: "forgets the absent at the fourth attempt",
    file: ABSENCE,
    from: "uint256 up = missed & ~before;",
    to: "uint256 up = missed;",
    rules: [ABSENT],
  },
  {
    name: "never makes phases longer",
    file: ROUNDS,
    from: "task.deadline = uint64(block.timestamp + (seconds_ << task.growth));",
    to: "task.deadline = uint64(block.timestamp + seconds_);",
    rules: ["a phase has its length"],
  },
];
