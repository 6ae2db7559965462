import { count } from "../core/ledger/masks.ts";
import type { NetworkView } from "../core/ledger/view/network.ts";
import { isEligible, licenseOf } from "../core/ledger/view/registry.ts";
import type { TaskView } from "../core/ledger/view/task.ts";
import type { Address, Bytes32 } from "../core/primitives.ts";
import { earlyStopOf } from "../core/round/earlyStop.ts";
import { waitOf } from "../core/round/waiting/wait.ts";
import type { StoppingRule } from "../core/stopping/progress.ts";
import type { Evaluation } from "../ports/learner.ts";
import type { Metrics } from "../ports/metrics.ts";
import type { Network } from "../ports/network.ts";
import type { PeerObserver, RoundRecord } from "./components.ts";

/** What `swarm_phase` can say. `waiting`: no attempt is open. */
export const PHASES = ["waiting", "submit", "attest", "merge", "finished"] as const;
/** Phases grow to this many times what the task says, and no further (DESIGN 3). */
const MOST_GROWTH = 16;

export interface MeasureInit {
  account: Address;
  taskId: Bytes32;
  /** The task's, where it has it. */
  earlyStopping: StoppingRule | undefined;
}

/** Turns what a daemon tells into figures for a monitor. */
export function measure(
  metrics: Metrics,
  network: Pick<Network, "connections" | "traffic">,
  init: MeasureInit,
): PeerObserver {
  let view: NetworkView | undefined;
  let now = 0;
  metrics.set("swarm_chain_up", 1);
  const look = (): void => {
    if (view) ledgerFigures(metrics, init, view, Math.max(now, view.timestamp));
  };
  // Licences end without an event, and members are missing until they act.
  metrics.onRead(look);
  metrics.onRead(() => networkFigures(metrics, network, view?.tasks.get(init.taskId)?.members ?? []));
  return {
    ledger: (seen, time) => {
      view = seen;
      now = time;
      look();
    },
    head: ({ head, timestamp }) => {
      metrics.set("swarm_chain_head_block", head);
      metrics.set("swarm_chain_last_block_timestamp_seconds", timestamp);
      now = Math.max(now, timestamp);
    },
    connection: ({ up }) => metrics.set("swarm_chain_up", up ? 1 : 0),
    aborted: ({ reason }) => metrics.add("swarm_attempts_aborted_total", 1, { reason }),
    training: ({ epoch, epochs, batch, batches }) =>
      metrics.set("swarm_training_progress_ratio", (epoch - 1 + batch / batches) / epochs),
    refused: ({ reason }) => metrics.add("swarm_updates_refused_total", 1, { reason }),
    leftOut: () => metrics.add("swarm_updates_left_out_total"),
    merged: ({ clipped, ms }) => {
      metrics.add("swarm_updates_clipped_total", clipped);
      metrics.observe("swarm_merge_duration_seconds", ms / 1000);
    },
    round: (record) => {
      roundFigures(metrics, record);
      const task = view?.tasks.get(init.taskId);
      const final = task?.history.findLast(({ round }) => round === record.round);
      const opened = task?.finalAttempt?.openedAt.timestamp;
      if (final && opened !== undefined) metrics.observe("swarm_round_duration_seconds", final.at.timestamp - opened);
    },
  };
}

function ledgerFigures(metrics: Metrics, init: MeasureInit, view: NetworkView, now: number): void {
  const { account, taskId, earlyStopping } = init;
  const { expiresAt } = licenseOf(view.registry, account);
  metrics.set("swarm_license_expiry_timestamp_seconds", expiresAt);
  metrics.set("swarm_license_active", isEligible(view.registry, account, now) ? 1 : 0);
  const task = view.tasks.get(taskId);
  if (!task) return;
  const { params, attempt, history } = task;
  const isOver = task.phase === "finished" || earlyStopOf(earlyStopping, task) !== undefined;
  const phase = isOver ? "finished" : phaseOf(task);
  for (const each of PHASES) metrics.set("swarm_phase", each === phase ? 1 : 0, { phase: each });
  const isOpen = phase === "submit" || phase === "attest" || phase === "merge";
  metrics.set("swarm_round", Math.min(task.round, params.rounds));
  metrics.set("swarm_rounds", params.rounds);
  metrics.set("swarm_attempt", attempt?.attempt);
  metrics.set("swarm_phase_deadline_timestamp_seconds", isOpen ? attempt?.deadline : 0);
  const start = history.at(-1)?.at ?? attempt?.openedAt ?? task.createdAt;
  metrics.set("swarm_round_start_timestamp_seconds", start.timestamp);
  const once = params.submitSeconds + params.attestSeconds + params.mergeSeconds;
  metrics.set("swarm_attempt_longest_seconds", MOST_GROWTH * once);
  metrics.set("swarm_members", attempt?.n ?? 0);
  metrics.set("swarm_members_joined", task.members.length);
  metrics.set("swarm_members_absent", count(task.absent));
  metrics.set("swarm_members_missing", isOpen ? (waitOf(view, task, now)?.missing.length ?? 0) : 0);
}

/** Auditors come and go as they like: only members are missed. */
function networkFigures(
  metrics: Metrics,
  network: Pick<Network, "connections" | "traffic">,
  members: readonly Address[],
): void {
  const peers = network.connections().filter(({ account }) => members.includes(account));
  metrics.set("swarm_peers_expected", peers.length);
  metrics.set("swarm_peers_connected", peers.filter(({ connected }) => connected).length);
  const { sent, received } = network.traffic();
  metrics.raise("swarm_network_sent_bytes_total", sent);
  metrics.raise("swarm_network_received_bytes_total", received);
}

function phaseOf({ phase, attempt }: TaskView): (typeof PHASES)[number] {
  if (phase !== "running" || attempt === undefined) return phase === "finished" ? "finished" : "waiting";
  return attempt.phase === "final" || attempt.phase === "aborted" ? "waiting" : attempt.phase;
}

function roundFigures(metrics: Metrics, record: RoundRecord): void {
  metrics.add("swarm_rounds_final_total");
  metrics.add("swarm_updates_included_total", record.included.length);
  metrics.set("swarm_training_loss", record.trainingLoss);
  if (record.trainingMs !== undefined) metrics.observe("swarm_training_duration_seconds", record.trainingMs / 1000);
  evaluationFigures(metrics, "base", record.base);
  evaluationFigures(metrics, "local", record.local);
}

/** @param weights `base`: the model that the round started from; `local`: this node's own after training */
function evaluationFigures(metrics: Metrics, weights: "base" | "local", figures: Evaluation | undefined): void {
  metrics.set("swarm_evaluation_loss", figures?.loss, { weights });
  metrics.set("swarm_evaluation_accuracy_ratio", figures?.accuracy, { weights });
  metrics.set("swarm_evaluation_auc_ratio", figures?.auc, { weights });
}
