import { SwarmError } from "../../core/errors.ts";
import type { TaskDocument } from "../../core/task/schema.ts";
import type { Evaluation } from "../../ports/learner.ts";
import type { AnswerTo } from "./conversation.ts";
import type { Hello } from "./messages.ts";

/** Checks of the numbers that a trainer reports: what a message may hold at all is in messages.ts, here is what the task asks for. */

/**
 * An update from few records can give single ones away, so that a trainer with too few is not asked for any.
 * @throws SwarmError PRIVACY_TOO_FEW_RECORDS
 */
export function requireRecords(rows: number, { privacy }: TaskDocument, what: string): void {
  if (rows >= privacy.minRecords) return;
  const text = `${what} ${rows} records, the task asks for ${privacy.minRecords}: an update from fewer can give records away`;
  throw new SwarmError("PRIVACY_TOO_FEW_RECORDS", text, { rows, minRecords: privacy.minRecords });
}

/** @throws SwarmError TRAINER_ANSWER, PRIVACY_TOO_FEW_RECORDS */
export function checkTrained(
  { samples, validation }: AnswerTo<"train">,
  { rows }: Hello,
  document: TaskDocument,
): void {
  requireRecords(samples, document, "the trainer says that it trained on");
  if (samples > rows.training)
    throw wrong(`it trained on ${samples} rows, and said that it has ${rows.training} to train on`);
  checkEvaluation(validation, rows.validation);
}

/** @param rows that it said to validate on @throws SwarmError TRAINER_ANSWER */
export function checkEvaluation(evaluation: AnswerTo<"evaluate">["evaluation"], rows: number): void {
  const given = evaluation?.rows ?? 0;
  if (given !== rows) throw wrong(`it evaluated ${given} rows, and said that it has ${rows} to validate on`);
}

/** The port has no `null` and no fields that are `undefined`. */
export function asEvaluation(evaluation: AnswerTo<"evaluate">["evaluation"]): Evaluation | undefined {
  if (evaluation === null) return undefined;
  const { auc, ...figures } = evaluation;
  return auc === undefined ? figures : { ...figures, auc };
}

const wrong = (why: string): SwarmError =>
  new SwarmError("TRAINER_ANSWER", `what the trainer reports cannot be: ${why}`);
