import { SwarmError } from "../../../core/errors.ts";
import type { LedgerEvent } from "../../../core/ledger/events.ts";
import { ledgerAbi, registryAbi } from "./artifacts.ts";
import { eventArguments, type RawLog } from "./eventArguments.ts";
import { registryEvent } from "./registryEvents.ts";
import { roundEvent } from "./roundEvents.ts";

/**
 * The event that a log of one of the two contracts carries.
 * @throws SwarmError CHAIN_BAD_LOG, naming the transaction, where it is none of theirs: then the deployment file names the wrong
 *   contracts, or the endpoint is not to be trusted
 */
export function decodeLog(contract: "registry" | "ledger", log: RawLog & { transactionHash: string }): LedgerEvent {
  try {
    const decoded = eventArguments(contract === "registry" ? registryAbi() : ledgerAbi(), log);
    const event = decoded && (contract === "registry" ? registryEvent : roundEvent)(decoded.name, decoded.args);
    if (event) return event;
  } catch (cause) {
    throw badLog(contract, log, cause);
  }
  throw badLog(contract, log);
}

function badLog(contract: string, log: RawLog & { transactionHash: string }, cause?: unknown): SwarmError {
  const detail = cause instanceof Error ? `: ${cause.message}` : "";
  return new SwarmError(
    "CHAIN_BAD_LOG",
    `Transaction ${log.transactionHash} left a log of the ${contract} (${log.address}) that is not one of its events${detail}. ` +
      "Check that the deployment file and the endpoint belong to the same network and version.",
    { transaction: log.transactionHash, address: log.address, topics: log.topics },
    cause,
  );
}
