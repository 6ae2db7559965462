/** A client's figures of a model on its own validation rows. */
export interface ClientFigures {
  rows: number;
  loss: number;
  /** 0 to 1. */
  accuracy: number;
  /** 0 to 1; absent where a class is missing there. */
  auc?: number | undefined;
}

/** Means over clients, weighted by rows; `undefined` where nobody has any. `auc` is over those that have it. */
export function weightedFigures(figures: readonly ClientFigures[]): ClientFigures | undefined {
  const rows = figures.reduce((sum, each) => sum + each.rows, 0);
  if (rows === 0) return undefined;
  const mean = (of: readonly ClientFigures[], value: (each: ClientFigures) => number): number =>
    of.reduce((sum, each) => sum + each.rows * value(each), 0) / of.reduce((sum, each) => sum + each.rows, 0);
  const ranked = figures.filter(({ auc, rows: count }) => auc !== undefined && count > 0);
  return {
    rows,
    loss: mean(figures, ({ loss }) => loss),
    accuracy: mean(figures, ({ accuracy }) => accuracy),
    ...(ranked.length === 0 ? {} : { auc: mean(ranked, ({ auc = 0 }) => auc) }),
  };
}
