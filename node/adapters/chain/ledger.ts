import { ledgerRefused } from "../../core/ledger/refusals.ts";
import { SwarmError } from "../../core/errors.ts";
import type { LedgerAct } from "../../core/ledger/acts.ts";
import type { LocatedEvent } from "../../core/ledger/events.ts";
import type { Bytes32 } from "../../core/primitives.ts";
import type { Clock } from "../../ports/clock.ts";
import type { ActReceipt, Ledger } from "../../ports/ledger.ts";
import type { Logger } from "../../ports/logger.ts";
import type { Signer } from "../../ports/signer.ts";
import { encodeAct } from "./abi/encode.ts";
import { checkDeployment } from "./checkDeployment.ts";
import type { Deployment } from "./deployment.ts";
import { FOLLOW_DEFAULTS, follow, type FollowOptions } from "./follow/follow.ts";
import { gasLimitOf } from "./gasLimits.ts";
import { createEndpoint, type Endpoint } from "./rpc/endpoint.ts";
import { refusalOf } from "./send/refusal.ts";
import { createSender } from "./send/sender.ts";

export interface ChainLedgerInit {
  deployment: Deployment;
  /** Where the deployment names none, or another one is wanted. */
  rpcUrl?: string;
  /** Without one the ledger can only be read. */
  signer?: Signer;
  logger: Logger;
  clock: Clock;
  follow?: Partial<FollowOptions>;
}

/** A ledger on a chain, and the endpoint it uses for plain reads. */
export interface ChainLedger extends Ledger {
  readonly endpoint: Endpoint;
}

/**
 * Connects to the network's chain and checks that it is that chain.
 * @throws SwarmError as `checkDeployment`, and CHAIN_URL
 */
export async function createLedger(
  init: ChainLedgerInit,
  options: { signal?: AbortSignal } = {},
): Promise<ChainLedger> {
  const { deployment, signer, clock, logger } = init;
  const rpcUrl = init.rpcUrl ?? deployment.rpcUrl;
  if (rpcUrl === undefined) {
    throw new SwarmError(
      "CHAIN_URL",
      "No URL of the chain's endpoint is configured, and the deployment file names none. Set one.",
    );
  }
  const endpoint = createEndpoint(rpcUrl, { clock, logger });
  const stop = new AbortController();
  try {
    await checkDeployment(endpoint, deployment, options.signal ?? stop.signal);
  } catch (error) {
    endpoint.close();
    throw error;
  }
  const sender = signer && createSender({ endpoint, signer, chainId: deployment.chainId, clock, logger });
  const pokeListeners = new Set<() => void>();
  const members = new Map<Bytes32, number>();

  async function send(act: LedgerAct, signal: AbortSignal): Promise<ActReceipt> {
    if (!sender || !signer)
      throw new SwarmError("KEY_MISSING", "This ledger was opened without an operator key: it can only be read.");
    const { contract, data } = encodeAct(act);
    const gasLimit = gasLimitOf(act.type, members.get(taskOf(act) ?? "0x"), (data.length - 2) / 2);
    const to = deployment[contract];
    const mined = await sender.send({ to, data, gasLimit }, signal);
    if (mined.reverted) {
      const refusal = await refusalOf(endpoint, { from: signer.address, to, data, gasLimit }, mined, signal);
      throw ledgerRefused(act.type, refusal, { transaction: mined.transaction, block: mined.block });
    }
    return { transaction: mined.transaction, block: mined.block, gasUsed: mined.gasUsed };
  }

  return {
    endpoint,
    async *follow({ after, signal }) {
      const either = new AbortController();
      const end = (): void => either.abort();
      for (const source of [signal, stop.signal]) {
        if (source.aborted) end();
        source.addEventListener("abort", end, { once: true });
      }
      const components = {
        endpoint,
        deployment,
        clock,
        logger,
        onPoke(listener: () => void) {
          pokeListeners.add(listener);
          return () => pokeListeners.delete(listener);
        },
      };
      const position = after === undefined ? {} : { after };
      try {
        for await (const update of follow(
          components,
          { ...FOLLOW_DEFAULTS, ...init.follow },
          { ...position, signal: either.signal },
        )) {
          if (update.kind === "events") for (const event of update.events) countMember(event);
          yield update;
        }
      } finally {
        for (const source of [signal, stop.signal]) source.removeEventListener("abort", end);
      }
    },
    async send(act, { signal }) {
      const receipt = await send(act, signal);
      // One's own act is news too; where blocks are announced it comes by itself.
      if (!endpoint.announces()) for (const listener of pokeListeners) listener();
      return receipt;
    },
    poke() {
      for (const listener of pokeListeners) listener();
    },
    async close() {
      stop.abort(new SwarmError("CHAIN_CLOSED", "The ledger was closed."));
      endpoint.close();
    },
  };

  function countMember(event: LocatedEvent): void {
    if (event.type === "TaskCreated") members.set(event.taskId, 0);
    if (event.type === "MemberJoined") members.set(event.taskId, event.index + 1);
  }
}

function taskOf(act: LedgerAct): Bytes32 | undefined {
  if ("ref" in act) return act.ref.taskId;
  return "taskId" in act ? act.taskId : undefined;
}
