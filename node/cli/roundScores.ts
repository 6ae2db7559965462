import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { SwarmError } from "../core/errors.ts";
import type { FinalRound, TaskView } from "../core/ledger/view/task.ts";
import { SCORE_PARTS } from "../core/stopping/score.ts";
import type { RoundRecord } from "../daemon/components.ts";
import type { Evaluation } from "../ports/learner.ts";
import { bestRound as bestByScore } from "./earlyStop.ts";
import type { Home } from "./home.ts";

/** What is known of how good a round's model is, before anybody looks at new rows. */
export interface RoundScore {
  /** Mean accuracy over the members that voted, 0 to 1, where the task has them evaluate. */
  members?: number;
  /** The same without the f lowest and the f highest, 0 to 1: what early stopping and `best` go by (R11). */
  score?: number;
  /** On this node's own validation rows, measured when the next round began. */
  own?: Evaluation;
}

/** Scores of a task's final rounds, out of the ledger and a node's `rounds.jsonl`. */
export async function roundScores(task: TaskView, home: Home | undefined): Promise<Map<number, RoundScore>> {
  const own = home === undefined ? new Map<number, Evaluation>() : await ownScores(home.rounds, task.history);
  return new Map(
    task.history.map(({ round, evaluation, score }) => {
      const measured = own.get(round);
      const members = {
        ...(evaluation === undefined ? {} : { members: evaluation }),
        ...(score === undefined ? {} : { score: score / SCORE_PARTS }),
      };
      return [round, { ...members, ...(measured && { own: measured }) }];
    }),
  );
}

/**
 * The round whose model did best: by the swarm's score where the task has evaluations, else by this node's own, the later one of equals.
 * @throws SwarmError ROUND_NOT_SCORED where nobody measured any
 */
export async function bestRound(task: TaskView, home: Home | undefined): Promise<number> {
  const byMembers = bestByScore(task);
  if (byMembers !== undefined) return byMembers;
  const scores = [...(await roundScores(task, home))];
  const ranked = scores.flatMap(([round, { own }]) => (own === undefined ? [] : [{ round, ...own }]));
  ranked.sort((a, b) => b.accuracy - a.accuracy || a.loss - b.loss || b.round - a.round);
  const [best] = ranked;
  if (best) return best.round;
  throw new SwarmError(
    "ROUND_NOT_SCORED",
    "no round of this task was evaluated, so none is known to be the best: the task has neither evaluations nor a validationSplit that this node kept scores of; name a round with --round",
    { taskId: task.taskId },
  );
}

/** A line's `base` is the model of the round before it. Lines of other tasks, and one that is being written, tell nothing. */
async function ownScores(file: string, history: readonly FinalRound[]): Promise<Map<number, Evaluation>> {
  const hashes = new Map(history.map(({ round, modelHash }) => [round, modelHash]));
  const scores = new Map<number, Evaluation>();
  try {
    for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
      const record = parsed(line);
      if (record?.base === undefined || record.modelHash !== hashes.get(record.round)) continue;
      scores.set(record.round - 1, record.base);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
  return scores;
}

function parsed(line: string): RoundRecord | undefined {
  try {
    return JSON.parse(line) as RoundRecord;
  } catch {
    // A line without its end: the daemon is writing it.
    return undefined;
  }
}
