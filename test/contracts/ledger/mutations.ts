/** Ways to break SwarmLedger, by one change of its source each, and the rule that notices. */
export interface Mutation {
  /** What the broken contract does. */
  name: string;
  file: string;
  from: string;
  to: string;
  /** Names of rules in invariants.ts or liveness.ts, any of which may be the first to notice. */
  rules: string[];
}

const ACTS = "contracts/lib/Acts.sol";
const ROUNDS = "contracts/lib/Rounds.sol";
const TASK = "contracts/lib/Task.sol";
const BITS = "contracts/lib/Bits.sol";
const ABSENCE = "contracts/lib/Absence.sol";
const LEDGER = "contracts/SwarmLedger.sol";

const SNAPSHOT_ONLY = "only members of the snapshot change a round";
const REVOKED = "the revoked never act";
const MODEL = "a model changes by a final round only";
const ADVANCE = "someone can always advance after a deadline";
const ABSENT = "absent is who missed three attempts in a row";
const FORWARD = "phases only move forward";
const HOLDERS = "included has enough holders";

export const MUTATIONS: Mutation[] = [
  { name: "lets members outside the snapshot act", file: ACTS, from: "if (!task.snapshot.has(member)) revert", to: "if (false) revert", rules: [SNAPSHOT_ONLY] },
  { name: "lets anyone vote late", file: ACTS, from: "if (!task.finalSnapshot.has(member)) revert", to: "if (false) revert", rules: [SNAPSHOT_ONLY] },
  { name: "takes strangers for member 0", file: ACTS, from: "if (position == 0) revert NotMember(taskId, msg.sender);", to: "if (position == 0) return 0;", rules: [SNAPSHOT_ONLY, REVOKED] },
  { name: "lets a node join twice", file: LEDGER, from: "if (task.position[msg.sender] != 0) revert", to: "if (false) revert", rules: ["members are a list without repetition"] },
  { name: "takes a second submission", file: ACTS, from: "if (submitted.has(member)) revert", to: "if (false) revert", rules: ["one submission per node and attempt", "one sha256 per node and round"] },
  { name: "takes a second vote", file: ACTS, from: "uint256 voted = task.voted;\n        if (voted.has(member)) revert", to: "uint256 voted = task.voted;\n        if (false) revert", rules: ["one vote per node and attempt"] },
  { name: "takes a second late vote", file: ACTS, from: "uint256 voted = task.finalVoted;\n        if (voted.has(member)) revert", to: "uint256 voted = task.finalVoted;\n        if (false) revert", rules: ["one vote per node and attempt"] },
  { name: "forgets on abort which files were submitted", file: ROUNDS, from: "task.fixedFiles |= task.submitted;", to: "", rules: ["one sha256 per node and round"] },
  { name: "keeps files fixed for later rounds", file: ROUNDS, from: "if (task.fixedFiles != 0) task.fixedFiles = 0;", to: "", rules: ["an honest act is taken"] },
  { name: "lets an attestation take bits back", file: ACTS, from: "held |= heldBefore;", to: "", rules: ["bits only get added"] },
  { name: "lets one both hold and refuse", file: ACTS, from: "held & refused != 0 ||", to: "", rules: ["held or refused"] },
  { name: "takes attestations of what nobody submitted", file: ACTS, from: "|| (held | refused) & ~submitted != 0", to: "", rules: ["what is attested was submitted"] },
  { name: "counts attestations of an earlier attempt", file: ROUNDS, from: "task.attested = 0;", to: "", rules: [HOLDERS, "bits are those given", "held or refused", "what is attested was submitted", "an honest act is taken"] },
  { name: "keeps submissions of an earlier attempt", file: ROUNDS, from: "task.submitted = 0;", to: "", rules: ["state is what events said", "an honest act is taken"] },
  { name: "keeps decisions of an earlier attempt", file: ROUNDS, from: "task.decided = 0;", to: "", rules: ["nobody closes a phase early"] },
  { name: "keeps voters of an earlier attempt", file: ROUNDS, from: "task.voted = 0;", to: "", rules: ["an honest act is taken"] },
  { name: "asks for one holder less", file: TASK, from: "task.params.f == 0 ? 2 : uint256(task.params.f) + 1", to: "task.params.f == 0 ? 1 : uint256(task.params.f)", rules: [HOLDERS] },
  { name: "asks for one holder more", file: BITS, from: "MAX_THRESHOLD - threshold;", to: "MAX_THRESHOLD - threshold - 1;", rules: [HOLDERS, "an abort has its reason"] },
  { name: "merges fewer than minPeers", file: ROUNDS, from: "if (included.count() < task.params.minPeers)", to: "if (included == 0)", rules: ["no merge of fewer than minPeers"] },
  { name: "needs one vote less", file: TASK, from: "(task.snapshot.count() + task.params.f) / 2 + 1", to: "(task.snapshot.count() + task.params.f) / 2", rules: ["a final model has a quorum"] },
  { name: "counts votes for any model together", file: ACTS, from: "abi.encode(act.round, act.attempt, modelHash)", to: "abi.encode(act.round, act.attempt)", rules: ["a final model has a quorum"] },
  { name: "adds votes of all attempts up", file: ACTS, from: "abi.encode(act.round, act.attempt, modelHash)", to: "abi.encode(act.round, modelHash)", rules: ["a final model has a quorum"] },
  { name: "takes any model in a late vote", file: ACTS, from: " && modelHash == task.model;", to: ";", rules: ["a late vote is for the final model"] },
  { name: "lets a late vote change the model", file: ACTS, from: "task.finalVoted = voted | Bits.only(member);", to: "task.finalVoted = voted | Bits.only(member); task.model = act.seen;", rules: [MODEL] },
  { name: "takes acts that saw something else", file: ACTS, from: "if (given != expected) revert WrongDigest(expected, given);", to: "", rules: ["an act names what it saw"] },
  { name: "takes acts for another attempt that saw something else", file: ACTS, from: "if (act.round != task.round || act.attempt != task.attempt) revert", to: "if (false) revert", rules: ["an act is for the open attempt", "a vote is for its attempt"] },
  { name: "lets the revoked act", file: ACTS, from: "if (_registry.isBarred(msg.sender)) revert", to: "if (false) revert", rules: [REVOKED] },
  { name: "lets the unlicensed join", file: LEDGER, from: "if (!_registry.isEligible(msg.sender)) revert", to: "if (false) revert", rules: [REVOKED] },
  { name: "never takes a new snapshot", file: ROUNDS, from: "if (task.snapshot != snapshot) task.snapshot = snapshot;", to: "if (task.snapshot == 0) task.snapshot = snapshot;", rules: ["state is what events said"] },
  { name: "opens with too few", file: TASK, from: "uint256 needed = uint256(task.params.minPeers) + task.params.f;", to: "uint256 needed = task.params.minPeers;", rules: ["f never shrinks"] },
  { name: "opens in spite of a pause", file: ROUNDS, from: "if (paused) return (0, needed, eligible, paused);", to: "", rules: ["pause stops opening", "a waiting task goes on by itself"] },
  { name: "takes the clock alone for a deadline", file: ROUNDS, from: "block.timestamp >= task.deadline && block.number >= task.deadlineBlock", to: "block.timestamp >= task.deadline", rules: ["nobody advances before a deadline"] },
  { name: "takes blocks alone for a deadline", file: ROUNDS, from: "block.timestamp >= task.deadline && block.number >= task.deadlineBlock", to: "block.number >= task.deadlineBlock", rules: ["nobody advances before a deadline"] },
  { name: "asks for a second more than the deadline", file: ROUNDS, from: "block.timestamp >= task.deadline", to: "block.timestamp > task.deadline", rules: [ADVANCE] },
  { name: "never ends a merge without a quorum", file: ROUNDS, from: "_abort(taskId, task, AbortReason.NoQuorum);", to: "task.phase = Phase.Merge;", rules: [ADVANCE] },
  { name: "waits for a first submission for ever", file: LEDGER, from: "if (!_deadlinePassed(task)) revert", to: "if (!_deadlinePassed(task) || task.submitted == 0) revert", rules: [ADVANCE] },
  { name: "lets a waiting task sleep", file: LEDGER, from: "phase == Phase.Waiting && _open(taskId, task)", to: "phase == Phase.Waiting && task.attempt != 0 && _open(taskId, task)", rules: ["a waiting task goes on by itself"] },
  { name: "makes the same round final again", file: ROUNDS, from: "task.round += 1;", to: "", rules: [FORWARD, "a round is finalized once"] },
  { name: "starts a round over after an abort", file: ROUNDS, from: "task.attempt = attempt + 1;", to: "", rules: [FORWARD, ADVANCE] },
  { name: "goes back from merging to attesting", file: ROUNDS, from: "_startPhase(task, Phase.Merge, task.params.mergeSeconds);", to: "_startPhase(task, Phase.Attest, task.params.mergeSeconds);", rules: ["an honest act is taken", FORWARD, ADVANCE, "a complete phase ends at once"] },
  { name: "gives up on a round that has enough submissions", file: ROUNDS, from: "if (task.submitted.count() < task.params.minPeers)", to: "if (task.submitted.count() <= task.params.minPeers)", rules: ["an abort has its reason"] },
  { name: "keeps counting who came back to work", file: ABSENCE, from: "(ones ^ up) & ~acted", to: "(ones ^ up)", rules: [ABSENT] },
  { name: "counts to two only", file: ABSENCE, from: "(twos ^ (ones & up)) & ~acted", to: "(twos | up) & ~acted", rules: [ABSENT] },
  { name: "forgets the absent at the fourth attempt", file: ABSENCE, from: "uint256 up = missed & ~before;", to: "uint256 up = missed;", rules: [ABSENT] },
  { name: "never makes phases longer", file: ROUNDS, from: "task.deadline = uint64(block.timestamp + (seconds_ << task.growth));", to: "task.deadline = uint64(block.timestamp + seconds_);", rules: ["a phase has its length"] },
];
