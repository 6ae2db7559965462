/** Ledgers that take acts they should refuse, refuse what they should take, or note them down wrongly. */
import type { Mutation } from "./mutations.ts";

const ACTS = "contracts/lib/Acts.sol";
const SNAPSHOT_ONLY = "only members of the snapshot change a round";
const REVOKED = "the revoked never act";
const MODEL = "a model changes by a final round only";

export const MUTATIONS_OF_ACTS: Mutation[] = [
  {
    name: "lets members outside the snapshot act",
    file: ACTS,
    from: "if (!task.snapshot.has(member)) revert",
    to: "if (false) revert",
    rules: [SNAPSHOT_ONLY],
  },
  {
    name: "lets anyone vote late",
    file: ACTS,
    from: "if (!task.finalSnapshot.has(member)) revert",
    to: "if (false) revert",
    rules: [SNAPSHOT_ONLY],
  },
  {
    name: "takes strangers for member 0",
    file: ACTS,
    from: "if (position == 0) revert NotMember(taskId, msg.sender);",
    to: "if (position == 0) return 0;",
    rules: [SNAPSHOT_ONLY, REVOKED],
  },
  {
    name: "takes a second submission",
    file: ACTS,
    from: "if (submitted.has(member)) revert",
    to: "if (false) revert",
    rules: ["one submission per node and attempt", "one sha256 per node and round"],
  },
  {
    name: "takes a second vote",
    file: ACTS,
    from: "uint256 voted = task.voted;\n        if (voted.has(member)) revert",
    to: "uint256 voted = task.voted;\n        if (false) revert",
    rules: ["one vote per node and attempt"],
  },
  {
    name: "takes a second late vote",
    file: ACTS,
    from: "uint256 voted = task.finalVoted;\n        if (voted.has(member)) revert",
    to: "uint256 voted = task.finalVoted;\n        if (false) revert",
    rules: ["one vote per node and attempt"],
  },
  {
    name: "lets an attestation take bits back",
    file: ACTS,
    from: "held |= heldBefore;",
    to: "",
    rules: ["bits only get added"],
  },
  {
    name: "lets one both hold and refuse",
    file: ACTS,
    from: "held & refused != 0 ||",
    to: "",
    rules: ["held or refused"],
  },
  {
    name: "takes attestations of what nobody submitted",
    file: ACTS,
    from: "|| (held | refused) & ~submitted != 0",
    to: "",
    rules: ["what is attested was submitted"],
  },
  {
    name: "counts votes for any model together",
    file: ACTS,
    from: "abi.encode(act.round, act.attempt, modelHash)",
    to: "abi.encode(act.round, act.attempt)",
    rules: ["a final model has a quorum"],
  },
  {
    name: "adds votes of all attempts up",
    file: ACTS,
    from: "abi.encode(act.round, act.attempt, modelHash)",
    to: "abi.encode(act.round, modelHash)",
    rules: ["a final model has a quorum"],
  },
  {
    name: "takes any model in a late vote",
    file: ACTS,
    from: " && modelHash == task.model;",
    to: ";",
    rules: ["a late vote is for the final model"],
  },
  {
    name: "lets a late vote change the model",
    file: ACTS,
    from: "task.finalVoted = voted | Bits.only(member);",
    to: "task.finalVoted = voted | Bits.only(member); task.model = act.seen;",
    rules: [MODEL],
  },
  {
    name: "takes acts that saw something else",
    file: ACTS,
    from: "if (given != expected) revert WrongDigest(expected, given);",
    to: "",
    rules: ["an act names what it saw"],
  },
  {
    name: "takes acts for another attempt that saw something else",
    file: ACTS,
    from: "if (act.round != task.round || act.attempt != task.attempt) revert",
    to: "if (false) revert",
    rules: ["an act is for the open attempt", "a vote is for its attempt"],
  },
  {
    name: "lets the revoked act",
    file: ACTS,
    from: "if (_registry.isBarred(msg.sender)) revert",
    to: "if (false) revert",
    rules: [REVOKED],
  },
];
