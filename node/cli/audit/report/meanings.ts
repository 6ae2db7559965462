import type { FindingCode } from "../../../core/audit/report.ts";

/** What a kind of finding means, and what its reader does about it; docs/AUDIT.md has the same table. */
export interface Meaning {
  meaning: string;
  advice: string;
}

const LEDGER =
  "Audit again over an endpoint of another organization. If the finding stays, the contracts or the chain did not do what they promise: stop using models from this block on, and have the council look into it.";
const COUNCIL =
  "Ask the licensors for their own records of this decision, and audit over another endpoint. What follows from the act (a licence, a task) has no basis until it is explained.";
const MEMBER =
  "Ask the member's clinic what its node ran at that time. The rules kept it from doing harm by itself; members who do this again can be suspended.";
const ACTED =
  "Audit again over an endpoint of another organization. If the finding stays, the contract let through what it has to refuse: do not use models from that round on until it is explained.";
const MODEL =
  "Do not use this model or any later one of the task: all that follow were trained from it. Ask the members named how they came to it; go back to the last round without a finding.";

/** Of every kind of finding. */
export const MEANINGS: Readonly<Record<FindingCode, Meaning>> = {
  NOT_DECIDED: {
    meaning:
      "An act of the council took effect without enough approvals, was another than approved, or was approved and not carried out.",
    advice: COUNCIL,
  },
  NOT_LICENSOR: {
    meaning: "Somebody who was no licensor at that time proposed, approved or suspended.",
    advice: COUNCIL,
  },
  APPROVAL_INVALID: {
    meaning:
      "A proposal or an approval does not count by the rules: out of turn, given twice, counted wrongly, or of an earlier council.",
    advice: COUNCIL,
  },
  REGISTRATION_INVALID: {
    meaning: "A node was registered without a licence that counts, with another's keys, or out of turn.",
    advice: COUNCIL,
  },
  TASK_INVALID: {
    meaning:
      "A task's id, document, parameters or creator do not fit each other or the rules. As a notice: in a task that nobody approved.",
    advice:
      "A notice needs nothing. In an approved task: compare its document with the one that the council saw, and do not use its models until they agree.",
  },
  MEMBER_INVALID: {
    meaning: "An account joined a task that was not approved, without a licence, twice, or out of turn.",
    advice: LEDGER,
  },
  UNKNOWN_TASK: { meaning: "An event names a task that was never created.", advice: LEDGER },
  OUT_OF_PHASE: { meaning: "Something happened in a phase of a round in which it cannot happen.", advice: LEDGER },
  OPENING_WRONG: { meaning: "A round began from another model than the last final one.", advice: LEDGER },
  SNAPSHOT_WRONG: {
    meaning: "The members that took part in an attempt are not those whom licences and absences give.",
    advice: LEDGER,
  },
  DIGEST_WRONG: {
    meaning: "A digest that ties acts to what their senders saw is not that of the recorded acts.",
    advice: LEDGER,
  },
  DEADLINE_WRONG: { meaning: "A phase was given another length than the task says.", advice: LEDGER },
  TOO_EARLY: { meaning: "A phase was ended before all had acted and before its deadline.", advice: LEDGER },
  ABSENCE_WRONG: {
    meaning: "The ledger counts members as absent who took part, or the other way round.",
    advice: LEDGER,
  },
  ACT_BARRED: { meaning: "A member acted although its licence was revoked or suspended.", advice: ACTED },
  ACT_NOT_IN_SNAPSHOT: { meaning: "A member acted in an attempt that it was not part of.", advice: ACTED },
  ACT_REPEATED: { meaning: "A member submitted or voted twice in one attempt.", advice: ACTED },
  FILE_CHANGED: {
    meaning:
      "A member submitted another file in a later attempt of the same round, perhaps knowing the others' updates.",
    advice: ACTED,
  },
  WEIGHT_INVALID: { meaning: "A member gave its update a weight outside of what the task allows.", advice: ACTED },
  ATTESTATION_INVALID: {
    meaning: "A member took back an attestation, contradicted itself, or attested to what was not submitted.",
    advice: ACTED,
  },
  VOTE_INVALID: {
    meaning: "A vote carries an evaluation that the task does not allow, or came late for another model.",
    advice: ACTED,
  },
  SUBMITTED_WRONG: {
    meaning: "The ledger's list of submitted updates is not that of the recorded submissions.",
    advice: LEDGER,
  },
  INCLUSION_WRONG: {
    meaning: "The updates that count are not those that enough members attested to hold.",
    advice: LEDGER,
  },
  TOO_FEW_INCLUDED: { meaning: "A round went on with fewer updates than the task needs.", advice: LEDGER },
  QUORUM_MISSING: { meaning: "A model became final with fewer equal votes than needed.", advice: LEDGER },
  QUORUM_IGNORED: { meaning: "An attempt was aborted although a model had its votes.", advice: LEDGER },
  ABORT_WRONG: { meaning: "An attempt was aborted for a reason that did not hold.", advice: LEDGER },
  FINISH_WRONG: { meaning: "The task ended before or after its last round, or with another model.", advice: LEDGER },
  STOP_IGNORED: {
    meaning:
      "Somebody went on with a task that was over by its own rule. As a notice one member did; as wrong a whole round became final.",
    advice:
      "Use the best model up to the task's end, not a later one. Ask the members who went on what their nodes run.",
  },
  FILE_DAMAGED: {
    meaning:
      "A copy of a file has other bytes than its hash on the ledger says: a broken disk, or somebody changed it.",
    advice:
      "Ask the source that is named to check its disk and to restore the file. Other copies, if right, were used for the check.",
  },
  FILE_MISSING: {
    meaning:
      "A file that has to be kept, or that members attested to hold, is with nobody who was asked. As a notice it was not merged.",
    advice:
      "Ask the members that attested to hold it for their backups, and audit again. Without it, what was merged cannot be confirmed.",
  },
  UPDATE_INVALID: {
    meaning:
      "A submitted update breaks the rules for updates: meant for another round, too large a change, numbers that are none. As a notice it was not merged.",
    advice: `If it was merged: ${MODEL.charAt(0).toLowerCase()}${MODEL.slice(1)} Otherwise the rules worked; ask its clinic.`,
  },
  ATTESTATION_FALSE: {
    meaning: "A member attested to hold an invalid update, or refused a valid one.",
    advice: MEMBER,
  },
  MODEL_INVALID: { meaning: "A model's file is no model of this task.", advice: MODEL },
  MODEL_REBUILT: {
    meaning: "Nobody has a model's file, but the merge of its updates gave the same bytes again.",
    advice: "Nothing was lost. Ask members to keep models as long as the task says.",
  },
  MERGE_WRONG: {
    meaning:
      "A final model is not the merge of the updates that count: its voters computed something else, by mistake or on purpose.",
    advice: MODEL,
  },
  VOTE_WRONG: { meaning: "A member voted for a model that is not the merge.", advice: MEMBER },
};
