import type { TaskDocument } from "../../core/task/schema.ts";
import { boundsOf } from "../../core/statistics/tensors.ts";
import { usage } from "../exitCodes.ts";
import { type Members, membersNote, membersOf } from "./members.ts";

/** Ways to train on the rows of several clinics, in the order in which they run. */
export const MODES = ["local", "centralized", "federated", "split", "swarm"] as const;
export type Mode = (typeof MODES)[number];

export interface Asked {
  modes: readonly Mode[];
  clients: number;
  rounds?: number | undefined;
  seed?: number | undefined;
  /** Whether a process is to be killed in the middle. */
  kill?: boolean;
}

/** What all modes have in common, and how each one's task differs from the given one, by path. */
export interface ComparePlan {
  modes: Mode[];
  rounds: number;
  /** Passes over the rows in a round. */
  localEpochs: number;
  /** Rounds at the beginning that agree on statistics and train nothing. */
  untrained: 0 | 1;
  /** Passes in all, the same for each mode. */
  passes: number;
  seed: number;
  members: Members;
  changes: Record<"swarm" | "federated" | "split", Record<string, unknown>>;
  /** What was set in place of what the task says, in words. */
  notes: string[];
}

/** Longest phase where a node is killed; a round without it waits for the end of up to two of them. Seconds. */
const KILL_PHASE = 5;
/** Rounds where nobody says how many: minutes on a laptop. */
const DEFAULT_ROUNDS = 12;

/**
 * Rounds times local passes = passes of training alone, pooled and split; one seed for all.
 * @throws SwarmError USAGE_INVALID for tasks that cannot be compared pass by pass
 */
export function comparePlan(
  document: TaskDocument,
  { modes, clients, rounds, seed, kill = false }: Asked,
): ComparePlan {
  const { training, round, model } = document;
  if (clients < 2)
    throw usage("a comparison needs the rows of two clients or more: give more files with --data, or --clients");
  if (training.localBatches !== undefined)
    throw usage(
      "the task counts batches (training.localBatches), so passes differ between clients: give it localEpochs",
    );
  if (modes.includes("split") && boundsOf(document) !== undefined)
    throw usage(
      "the task agrees on statistics first, which split learning does not: leave split out of --modes, or give the task a fixed data.normalize",
    );
  const count = rounds ?? Math.min(round.rounds, DEFAULT_ROUNDS);
  const localEpochs = training.localEpochs ?? 1;
  const shared = { "training.seed": seed ?? training.seed, "round.rounds": count, "training.localEpochs": localEpochs };
  const members = membersOf(document, clients, kill);
  const { f, minPeers, merge } = members;
  const rules = { "round.f": f, "round.minPeers": minPeers, "round.startMembers": clients, merge };
  const notes: string[] = [];
  const phases = { submitSeconds: KILL_PHASE, attestSeconds: KILL_PHASE, mergeSeconds: KILL_PHASE };
  const short = kill ? Object.entries(phases).filter(([name, most]) => round[name as keyof typeof phases] > most) : [];
  if (short.length > 0)
    notes.push(`the swarm's phases last ${KILL_PHASE} s at the most, so that it is seen going on without a node`);
  const note = membersNote(document, members);
  if (note !== undefined && modes.some((mode) => mode === "swarm" || mode === "federated")) notes.push(note);
  const { clientsPerRound, fraction, ...always } = document.federated ?? {};
  if (modes.includes("federated") && (clientsPerRound ?? fraction) !== undefined)
    notes.push("federated: all clients are asked in every round, so that all ways have the same passes");
  const untrained = boundsOf(document) === undefined ? 0 : 1;
  if (untrained === 1) notes.push("round 1 agrees on statistics and trains nothing");
  const single = "layers" in model && model.layers.length < 2;
  if (modes.includes("split") && document.split === undefined)
    notes.push(
      single
        ? "the model has one layer and cannot be cut"
        : "split: cut after the first layer, labels shared, clients in turn, f32",
    );
  const split = { cut: 0, ...document.split, epochs: count * localEpochs, minClients: clients };
  return {
    modes: MODES.filter((mode) => modes.includes(mode)),
    rounds: count,
    localEpochs,
    untrained,
    passes: (count - untrained) * localEpochs,
    seed: seed ?? training.seed,
    members,
    changes: {
      swarm: {
        ...shared,
        ...rules,
        ...Object.fromEntries(short.map(([name, most]) => [`round.${name}`, most])),
        mode: "swarm",
        retainRounds: "all",
      },
      federated: {
        ...shared,
        ...rules,
        mode: "federated",
        retainRounds: "all",
        // Else the first round may begin before the last client is there.
        federated: { ...always, minClients: clients },
      },
      split: { ...shared, ...rules, mode: "split", split },
    },
    notes,
  };
}

/** Passes over the rows once a round is over. */
export const passesAfter = ({ untrained, localEpochs }: ComparePlan, round: number): number =>
  (round - untrained) * localEpochs;
