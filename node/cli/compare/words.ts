import { percent } from "../words/evaluation.ts";
import { table } from "../output/table.ts";
import { counted } from "../output/units.ts";
import { explanations } from "./explain.ts";
import type { Mode } from "./plan.ts";
import type { Comparison, Cost, ModeResult } from "./results.ts";

/** What each mode is, by its definition. */
export const DEFINITIONS: Record<Mode, { crosses: string; trusted: string }> = {
  local: { crosses: "nothing", trusted: "nobody" },
  centralized: { crosses: "all rows, to one place", trusted: "whoever keeps the rows" },
  federated: { crosses: "models down, updates up", trusted: "the coordinator, which sees each update" },
  split: {
    crosses: "activations, gradients, labels, sealed client parts",
    trusted: "the server, which sees activations and labels",
  },
  swarm: {
    crosses: "sealed updates between members, hashes to a chain",
    trusted: "no server; members see opened updates, licensors admit",
  },
};

const size = (bytes: number): string =>
  bytes >= 1e6 ? `${(bytes / 1e6).toFixed(2)} MB` : `${(bytes / 1e3).toFixed(1)} kB`;
/** How far what was measured is from what was expected, with its sign. */
const off = ({ expected, measured }: { expected: number; measured: number }): string => {
  const share = 100 * (measured / expected - 1);
  return `${share < 0 ? "" : "+"}${share.toFixed(1)} %`;
};
export const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
const most = (costs: Cost[]): string =>
  costs.length === 0 ? "-" : `${Math.round(Math.max(...costs.map((it) => it.maxMemoryBytes)) / 1e6)} MB`;

export const HEAD = [
  "mode",
  "accuracy",
  "AUC",
  "sent per client",
  "payload: arithmetic / measured",
  "chain per client",
  "time",
  "CPU per client",
  "CPU server",
  "memory client",
  "memory server",
];

/** A row of the table for each mode that came to its end. */
export function rowsOf({ results }: Comparison): string[][] {
  return results.map((result) => {
    const { mode, points, costs, payload, seconds } = result;
    const clients = costs.filter(({ role }) => role !== "server");
    const servers = costs.filter(({ role }) => role === "server");
    const last = points.at(-1);
    return [
      mode === "local" ? "local (mean)" : mode,
      last === undefined ? "-" : percent(last.accuracy),
      last?.auc === undefined ? "-" : last.auc.toFixed(4),
      // The rows themselves, which are read in one place and not sent by any process here.
      mode === "centralized" ? `rows, ${size(last?.bytes ?? 0)} in all` : size(mean(clients.map(({ sent }) => sent))),
      payload === undefined ? "-" : `${size(payload.expected)} / ${size(payload.measured)} (${off(payload)})`,
      size(mean(clients.map(({ chain }) => chain))),
      `${seconds.toFixed(0)} s`,
      clients.length === 0 ? "-" : `${mean(clients.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} s`,
      servers.length === 0 ? "-" : `${mean(servers.map(({ cpuSeconds }) => cpuSeconds)).toFixed(1)} s`,
      most(clients),
      most(servers),
    ];
  });
}

/** What happened to a mode whose process was killed, in a line. */
export function outageWords({ mode, outage }: ModeResult): string | undefined {
  if (outage === undefined) return undefined;
  const { victim, awaySeconds, finishedMeanwhile, stoodStillSeconds, repeated, said } = outage;
  const unit = mode === "split" ? "epochs" : "rounds";
  return `${mode}: ${victim} was killed and started again after ${awaySeconds} s; ${finishedMeanwhile} ${unit} were finished meanwhile, the next one ${stoodStillSeconds.toFixed(1)} s after the kill, ${repeated} reported twice; all ended with the last one${said === undefined ? "" : `. A client said: "${said}"`}`;
}

/** All of it for a terminal. */
export function comparisonWords(comparison: Comparison): string {
  const { results, failed, task, passes, testRows, clients } = comparison;
  return [
    `${task}: ${clients.length} clients, ${counted(passes, "pass", "passes")}, hold-out of ${counted(testRows, "row")}`,
    table(HEAD, rowsOf(comparison)),
    ...explanations(comparison),
    ...results.flatMap((result) => outageWords(result) ?? []),
    ...results.map(
      ({ mode }) => `${mode}: crosses the wire: ${DEFINITIONS[mode].crosses}; trusted: ${DEFINITIONS[mode].trusted}`,
    ),
    ...failed.map(({ mode, failed: why }) => `${mode} FAILED: ${why}`),
  ].join("\n");
}
