import type { Address } from "../../core/primitives.ts";
import type { Evaluation } from "../../ports/learner.ts";

/** Bytes of whole messages with all peers since this side began, encryption and framing below not counted. */
export interface Bytes {
  sent: number;
  received: number;
}

/** An epoch that counts: all of it was kept on this side. */
export interface EpochEvent {
  epoch: number;
  epochs: number;
  /** Whose turns are in it. */
  clients: string[];
  trainingLoss: number;
  /** Of validation rows, each client's figures weighted by its rows; the training's loss, and no figures, where nobody keeps any. */
  loss: number;
  accuracy?: number;
  auc?: number;
  /** File of this side's part. */
  part: string;
  bytes: Bytes;
  seconds: number;
}

/** Is told what happens; must not throw. */
export interface SplitObserver {
  epoch?(event: EpochEvent): void;
  /** Somebody or something is waited for; told when the words change. */
  waiting?(event: { text: string }): void;
  /** At the server a client, at a client the server, which has no `account` then. */
  away?(event: { account?: Address; text: string }): void;
  back?(event: { account?: Address; text: string }): void;
  finished?(event: { epochs: number; converged: boolean; part: string; bytes: Bytes }): void;
}

/** Means of clients' figures, weighted by their rows. An area that a client lacks is left out of its mean. */
export function meanFigures(all: readonly Evaluation[]): Evaluation | undefined {
  const rows = all.reduce((sum, figures) => sum + figures.rows, 0);
  if (rows === 0) return undefined;
  const mean = (of: readonly Evaluation[], value: (figures: Evaluation) => number): number =>
    of.reduce((sum, figures) => sum + figures.rows * value(figures), 0) /
    of.reduce((sum, figures) => sum + figures.rows, 0);
  const ranked = all.filter(({ auc }) => auc !== undefined);
  return {
    rows,
    loss: mean(all, ({ loss }) => loss),
    accuracy: mean(all, ({ accuracy }) => accuracy),
    ...(ranked.length === 0 ? {} : { auc: mean(ranked, ({ auc }) => auc ?? 0) }),
  };
}
