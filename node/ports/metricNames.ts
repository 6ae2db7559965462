/** What a metric is: a value that is set, one that only grows, or counts of durations by size. */
export interface MetricKind {
  type: "gauge" | "counter" | "histogram";
  help: string;
  /** Names of labels. Their values come from small sets that the program has, never from others. */
  labels?: readonly string[] | undefined;
  /** Upper bounds of a histogram's buckets, seconds. */
  buckets?: readonly number[];
}

/** From a tenth of a second to an hour: rounds of small models take one, those of large ones the other. */
const SECONDS = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600] as const;
/** Merges are short, unless models are large. */
const SHORT_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60] as const;

const gauge = <const L extends readonly string[] = []>(help: string, labels?: L) =>
  ({ type: "gauge", help, labels }) as const;
const counter = <const L extends readonly string[] = []>(help: string, labels?: L) =>
  ({ type: "counter", help, labels }) as const;
const histogram = (help: string, buckets: readonly number[]) => ({ type: "histogram", help, buckets }) as const;

/**
 * Everything a daemon measures, by name. Names and units are by Prometheus' conventions (prometheus.io/docs/practices/naming): base units,
 * the unit last, `_total` for counters, `_timestamp_seconds` for unix time, `_ratio` for what goes from 0 to 1.
 */
export const METRICS = {
  swarm_info: gauge("What runs here; always 1.", ["protocol", "engine"]),
  swarm_ready: gauge("1 where the chain is followed, the keys are open and the network listens, else 0."),
  swarm_round: gauge("Round that is open or opens next, from 1."),
  swarm_rounds: gauge("Rounds that the task has at the most."),
  swarm_attempt: gauge("Attempt at the round, from 0."),
  swarm_phase: gauge("1 for the phase in which the task is, 0 for the others.", ["phase"]),
  swarm_phase_deadline_timestamp_seconds: gauge("Chain time at which the open phase ends at the latest; 0 if none is."),
  swarm_round_start_timestamp_seconds: gauge("Chain time of the last final round, or of the task's first opening."),
  swarm_attempt_longest_seconds: gauge("Time that an attempt takes at the longest, phases at their longest."),
  swarm_members: gauge("Members in the open attempt's snapshot, or in the last one's."),
  swarm_members_joined: gauge("Members that have joined the task."),
  swarm_members_absent: gauge("Members that missed too many attempts and are left out of snapshots."),
  swarm_members_missing: gauge("Members that have not acted in the open phase."),
  swarm_updates_included_total: counter("Updates that final rounds were made of, since the start."),
  swarm_updates_left_out_total: counter("Updates submitted that too few members held in time, since the start."),
  swarm_updates_refused_total: counter("Updates that this node found invalid, since the start.", ["reason"]),
  swarm_updates_clipped_total: counter("Updates that merges of this node shortened, since the start."),
  swarm_rounds_final_total: counter("Rounds that became final since the start."),
  swarm_attempts_aborted_total: counter("Attempts that ended without a model since the start.", ["reason"]),
  swarm_training_duration_seconds: histogram("Time of this node's training in a round.", SECONDS),
  swarm_merge_duration_seconds: histogram("Time of a merge at this node.", SHORT_SECONDS),
  swarm_round_duration_seconds: histogram("Chain time from an attempt's opening to its final block.", SECONDS),
  swarm_training_progress_ratio: gauge("How far the training of this round has come."),
  swarm_training_loss: gauge("Mean training loss of the last pass of the last round's training."),
  swarm_evaluation_loss: gauge("Loss on this node's validation rows.", ["weights"]),
  swarm_evaluation_accuracy_ratio: gauge("Accuracy on this node's validation rows.", ["weights"]),
  swarm_evaluation_auc_ratio: gauge("Area under the ROC curve on this node's validation rows.", ["weights"]),
  swarm_peers_expected: gauge("Other members of the task that the ledger admits now."),
  swarm_peers_connected: gauge("Those of them that are connected."),
  swarm_network_sent_bytes_total: counter("Bytes sent to peers since the start."),
  swarm_network_received_bytes_total: counter("Bytes received from peers since the start."),
  swarm_disk_free_bytes: gauge("Free space where the node's folder is."),
  swarm_disk_used_bytes: gauge("What the node's folder takes."),
  swarm_chain_up: gauge("1 while the chain's endpoint answers, else 0."),
  swarm_chain_head_block: gauge("Last final block that was read."),
  swarm_chain_last_block_timestamp_seconds: gauge("Time of that block, as the block says."),
  swarm_license_expiry_timestamp_seconds: gauge("End of this node's licence; 0 if it has none."),
  swarm_license_active: gauge("1 where this node may enter new rounds, else 0."),
} as const satisfies Record<string, MetricKind>;

type Kinds = typeof METRICS;
type OfType<T> = { [Name in keyof Kinds]: Kinds[Name]["type"] extends T ? Name : never }[keyof Kinds];
export type GaugeName = OfType<"gauge">;
export type CounterName = OfType<"counter">;
export type HistogramName = OfType<"histogram">;
