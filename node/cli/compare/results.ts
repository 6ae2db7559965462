import type { Members } from "./members.ts";
import type { Mode } from "./plan.ts";

/** A model on the hold-out. */
export interface Point {
  /** Over the rows, so far. */
  passes: number;
  /** Sent by all processes together, so far. */
  bytes: number;
  /** 0 to 1; where there is a model for each client, their mean. */
  accuracy: number;
  auc?: number | undefined;
}

/** What one process cost. */
export interface Cost {
  name: string;
  role: "client" | "server" | "node";
  /** Over libp2p, encryption and framing included. */
  sent: number;
  received: number;
  /** Both ways, between the process and the chain's endpoint. */
  chain: number;
  cpuSeconds: number;
  maxMemoryBytes: number;
}

/** What happened when a process was killed in the middle. */
export interface Outage {
  victim: string;
  /** Seconds until it was started again. */
  awaySeconds: number;
  /** Rounds or epochs that the others finished meanwhile. */
  finishedMeanwhile: number;
  /** From the kill to the next one that was finished. */
  stoodStillSeconds: number;
  /** Rounds or epochs that had to be done again. */
  repeated: number;
  /** What a process that goes on says of it, where it says something. */
  said?: string | undefined;
}

export interface ModeResult {
  mode: Mode;
  points: Point[];
  seconds: number;
  costs: Cost[];
  /** What arithmetic on shapes says that clients send in all, mean of them, and what was measured of the same messages. */
  payload?: { expected: number; measured: number } | undefined;
  outage?: Outage | undefined;
  /** Where each client has a model of its own, which `points` has the means of: how they do in the end. */
  each?: { name: string; accuracy: number; auc?: number | undefined }[];
}

export interface FailedMode {
  mode: Mode;
  code: string;
  failed: string;
}

/** Everything that table and report are made of. */
export interface Comparison {
  task: string;
  rounds: number;
  localEpochs: number;
  passes: number;
  seed: number;
  parameters: number;
  clients: { name: string; rows: number }[];
  testRows: number;
  /** Of the hold-out: what somebody is right with who always says its most frequent class, 0 to 1. */
  mostFrequent: { class: string; share: number };
  /** How swarm and federated merge. */
  members: Members;
  notes: string[];
  results: ModeResult[];
  failed: FailedMode[];
}
