import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";

/** What is wrong with how a task trains, where each field by itself is right. */
export function trainingProblems(doc: TaskDocument): Problem[] {
  const { localEpochs, localBatches, learningRateSchedule, earlyStopping } = doc.training;
  const problems: Problem[] = [];
  if (localEpochs !== undefined && localBatches !== undefined) {
    const message = `is ${localBatches} beside localEpochs = ${localEpochs}: a round is either so many passes over the rows, or so many batches; leave one of them out`;
    problems.push({ path: ["training", "localBatches"], message });
  }
  const warmup = learningRateSchedule?.warmupRounds ?? 0;
  if (warmup >= doc.round.rounds) {
    const message = `is ${warmup}, must be less than round.rounds = ${doc.round.rounds}: the learning rate would never be reached`;
    problems.push({ path: ["training", "learningRateSchedule", "warmupRounds"], message });
  }
  return earlyStopping === undefined ? problems : [...problems, ...stoppingProblems(doc)];
}

/** Early stopping goes by evaluations on the ledger, of which every honest member needs to have one (R11). */
function stoppingProblems({ evaluations, training, privacy, data }: TaskDocument): Problem[] {
  const problems: Problem[] = [];
  if (!evaluations) {
    const message = "is false, but training.earlyStopping goes by the evaluations that votes carry: set it to true";
    problems.push({ path: ["evaluations"], message });
  }
  // Rows are set apart class by class: the largest class of the smallest node has at least so many.
  const rows = Math.ceil(privacy.minRecords / data.label.classes.length);
  const { validationSplit } = training;
  if (Math.floor(rows * validationSplit) < 1) {
    const message = `is ${validationSplit}, which can leave a node of ${privacy.minRecords} rows in ${data.label.classes.length} classes without any to evaluate on, as training.earlyStopping needs: set it to more than ${1 / rows}, or raise privacy.minRecords`;
    problems.push({ path: ["training", "validationSplit"], message });
  }
  return problems;
}
