import type { TaskDocument } from "../task/schema.ts";

/** How a federated task's rounds run, with every default filled in. */
export interface FederatedSettings {
  rounds: number;
  /** Updates that a round needs. */
  minClients: number;
  /** How many of those that are there are asked; `undefined` for all. */
  sample: { clients: number } | { fraction: number } | undefined;
  roundSeconds: number;
}

export function federatedSettings({ round, federated = {} }: TaskDocument): FederatedSettings {
  const { clientsPerRound, fraction, minClients = round.minPeers, roundSeconds = round.submitSeconds } = federated;
  return {
    rounds: round.rounds,
    minClients,
    sample:
      clientsPerRound !== undefined ? { clients: clientsPerRound } : fraction !== undefined ? { fraction } : undefined,
    roundSeconds,
  };
}
