import type { NetworkView } from "../core/ledger/view/network.ts";
import type { Bytes32 } from "../core/primitives.ts";
import { waitOf } from "../core/round/waiting/wait.ts";
import { waitWords } from "../core/round/waiting/words.ts";
import type { PeerObserver } from "../daemon/components.ts";
import type { TrainingProgress } from "../ports/learner.ts";
import { type Names, nameIn } from "./names.ts";
import { printable } from "./output/table.ts";
import { timeLeftWords } from "./timeLeft.ts";
import { clock } from "./words/bar.ts";

export interface StatusLine {
  /** Is told by the daemon what happens. */
  observer: PeerObserver;
  /** What the line says now; empty where there is nothing to say. @param nowMs unix milliseconds of this machine */
  text(nowMs: number): string;
}

/** One line on how a daemon's task goes on: round, about how long all rounds will take, phase with the time that is left, how far its training is, whom it waits for. */
export function statusLine({
  taskId,
  names = new Map(),
  now,
}: {
  taskId: Bytes32;
  names?: Names;
  /** Unix milliseconds of this machine. */
  now: () => number;
}): StatusLine {
  const nameOf = nameIn(names);
  let view: NetworkView | undefined;
  /** The chain's clock less this machine's, seconds. */
  let ahead = 0;
  let isDown = false;
  let isOver = false;
  let training: (TrainingProgress & { round: number }) | undefined;
  return {
    observer: {
      ledger: (seen, chainNow) => {
        view = seen;
        ahead = chainNow - now() / 1000;
      },
      connection: ({ up }) => void (isDown = !up),
      training: (progress) => {
        const isDone = progress.epoch === progress.epochs && progress.batch === progress.batches;
        training = isDone ? undefined : progress;
      },
      // What was trained for an attempt that is over is not trained on.
      aborted: () => void (training = undefined),
      round: () => void (training = undefined),
      finished: () => void (isOver = true),
    },
    text: (nowMs) => {
      if (isOver) return "";
      if (isDown) return "the chain's endpoint does not answer";
      const task = view?.tasks.get(taskId);
      if (!view || !task) return "reading the ledger";
      const chainNow = Math.max(view.timestamp, nowMs / 1000 + ahead);
      const wait = waitOf(view, task, chainNow);
      const toGo = timeLeftWords(task);
      const round = `round ${Math.min(task.round, task.params.rounds)}/${task.params.rounds}`;
      const parts = [toGo === "" ? round : `${round} (${toGo})`];
      if (wait?.attempt) parts.push(`attempt ${wait.attempt + 1}`);
      if (wait?.phase) parts.push(wait.phase);
      if (wait?.phase && wait.until !== undefined) parts.push(`${clock(wait.until - chainNow)} left`);
      if (training) parts.push(trainingWords(training));
      if (wait) parts.push(waitWords(wait, nameOf));
      return printable(parts.join("  "));
    },
  };
}

function trainingWords({ epoch, epochs, batch, batches }: TrainingProgress): string {
  const percent = Math.floor(((epoch - 1 + batch / batches) / epochs) * 100);
  return `training pass ${epoch} of ${epochs}, ${percent} %`;
}
