import type { Row } from "./results.ts";

export interface Target {
  name: string;
  /** Shares from 0 to 1. */
  measured: number;
  /** Least value. */
  wanted: number;
  met: boolean;
}

/** Accuracy that the default merge is to keep whatever three of ten do, where their data are skewed as in Dirichlet 1. docs/MERGING.md says how far it does. */
const WORST = { digits: 0.91, wdbc: 0.93 };
/** What it may cost where nobody lies. */
const CLEAN_LOSS = 0.01;

/** What a table with the usual settings is judged by. @throws Error if it has not all that is needed */
export function targetsOf(rows: readonly Row[]): Target[] {
  const find = (data: Row["data"], rule: string): Row => {
    const row = rows.find((one) => one.data === data && one.rule === rule);
    if (row?.clean === undefined || row.worst === undefined) throw new Error(`no figures of ${rule} on ${data}`);
    return row;
  };
  const cleanOf = (row: Row): number => row.clean?.mean ?? Number.NaN;
  const worstOf = (data: "digits" | "wdbc"): number => find(data, "default").worst?.mean ?? Number.NaN;
  const against = cleanOf(find("digits", "mean")) - CLEAN_LOSS;
  return [
    target("digits, nobody lies: at most a point less than the mean", cleanOf(find("digits", "default")), against),
    target("digits, worst attack", worstOf("digits"), WORST.digits),
    target("WDBC, worst attack", worstOf("wdbc"), WORST.wdbc),
  ];
}

function target(name: string, measured: number, wanted: number): Target {
  // Not a number meets nothing.
  return { name, measured, wanted, met: measured >= wanted };
}
