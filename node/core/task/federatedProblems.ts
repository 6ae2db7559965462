import { lackOf } from "../merge/lack.ts";
import type { Problem } from "./problem.ts";
import type { TaskDocument } from "./schema.ts";

/** What is wrong with a document's `federated` section beyond its fields. */
export function federatedProblems(doc: TaskDocument): Problem[] {
  const { federated } = doc;
  if (federated === undefined) return [];
  const { clientsPerRound, fraction, minClients = doc.round.minPeers } = federated;
  const problems: Problem[] = [];
  if (clientsPerRound !== undefined && fraction !== undefined) {
    const message = "stands beside clientsPerRound, which says the same in another way: leave one of them away";
    problems.push({ path: ["federated", "fraction"], message });
  }
  if (clientsPerRound !== undefined && clientsPerRound < minClients) {
    const message = `is ${clientsPerRound}, must be at least minClients = ${minClients}, or no round could be merged`;
    problems.push({ path: ["federated", "clientsPerRound"], message });
  }
  const lack = problems.length === 0 ? lackOf(doc.merge, minClients, doc.round.f) : undefined;
  if (lack?.code === "MERGE_TOO_FEW") {
    const message = `is ${minClients}, too few for the task's merge: ${lack.message}`;
    problems.push({ path: ["federated", "minClients"], message });
  }
  return problems;
}
