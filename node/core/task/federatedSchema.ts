import { z } from "zod";

const WEEK_SECONDS = 604_800;

/**
 * What coordinator and clients of federated learning agree on, beside what all tasks have. Optional as a whole and in each part, without
 * defaults, so that documents that were written before there was any of it keep their hashes.
 */
export const federatedSchema = z.strictObject({
  /** Clients that are asked for an update in a round, drawn from those that are there; all of them where neither this nor `fraction` is given. */
  clientsPerRound: z.int().min(1).max(256).optional(),
  /** In place of `clientsPerRound`: their share of those that are there, rounded up (C of FedAvg, McMahan et al. 2017, algorithm 1). */
  fraction: z.number().positive().max(1).optional(),
  /** Least number of updates that are merged; `round.minPeers` where it is left out. */
  minClients: z.int().min(1).max(256).optional(),
  /** How long a round waits for updates, seconds; `round.submitSeconds` where it is left out. */
  roundSeconds: z.int().min(1).max(WEEK_SECONDS).optional(),
});
