import { SwarmError } from "../../../core/errors.ts";
import type { Clock } from "../../../ports/clock.ts";
import type { Logger } from "../../../ports/logger.ts";
import type { Signer } from "../../../ports/signer.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { requireHeader } from "../rpc/header.ts";
import { isUnreachable } from "../rpc/jsonRpc.ts";
import { Broadcaster } from "./broadcast.ts";
import { noFunds, sendProblemOf } from "./answers.ts";
import { findReceipt, type MinedTransaction, waitForReceipt } from "./receipts.ts";
import { type SignedTransaction, signTransaction, type TransactionRequest } from "./transaction.ts";

/** How long a transaction may stay unmined before it is sent again, and how long an endpoint may stay away before a send gives up. */
const PATIENCE = {
  minedMs: 3_000,
  unreachableMs: 30_000,
  firstRetryMs: 100,
  mostRetryMs: 2_000,
  newNonces: 20,
} as const;

/** Sends one account's transactions, one after the other. */
export interface Sender {
  /**
   * Resolves once mined, reverted or not.
   * @throws SwarmError CHAIN_UNREACHABLE, CHAIN_NO_FUNDS, CHAIN_RPC_ERROR, or the signal's reason; it may be mined all the same
   */
  send(request: TransactionRequest, signal: AbortSignal): Promise<MinedTransaction>;
}

export function createSender(components: {
  endpoint: Endpoint;
  signer: Signer;
  chainId: number;
  clock: Clock;
  logger: Logger;
}): Sender {
  const { endpoint, signer, chainId, clock, logger } = components;
  const broadcaster = new Broadcaster(endpoint);
  /** Some chains charge although their blocks name no fee; known once one has refused a free transaction. */
  let charges = false;
  let last: Promise<unknown> = Promise.resolve();
  /** Above the highest nonce that was signed here: where the account stands as long as nobody else sends for it. */
  let next: number | undefined;

  async function countOf(tag: "pending" | "latest", signal: AbortSignal): Promise<number> {
    return Number(await endpoint.request("eth_getTransactionCount", [signer.address, tag], signal));
  }

  /** More transactions than were signed here: somebody else has the key. Fewer are normal, the chain may have lost some (R9). */
  function lookForOthers(nonce: number): void {
    if (next !== undefined && nonce > next) {
      const error = nonceContested(signer.address, "Another program sends transactions for this account");
      logger.warn("another program sends with this node's key", { transactions: nonce - next, error });
    }
    next = Math.max(next ?? 0, nonce + 1);
  }

  /** Zero where blocks ask for no fee; else what the endpoint suggests, at least twice the base fee as that can rise. */
  async function priceOf(signal: AbortSignal): Promise<bigint> {
    const block = await endpoint.request("eth_getBlockByNumber", ["latest", false], signal);
    requireHeader(block, "the latest block");
    const baseFee = BigInt((block as { baseFeePerGas?: string }).baseFeePerGas ?? 0);
    if (baseFee > 0n) return await suggestedPrice(2n * baseFee, signal);
    return charges ? await suggestedPrice(1n, signal) : 0n;
  }

  async function suggestedPrice(least: bigint, signal: AbortSignal): Promise<bigint> {
    const suggested = BigInt(String(await endpoint.request("eth_gasPrice", [], signal)));
    return suggested > least ? suggested : least;
  }

  /** One transaction until it is mined. @returns undefined where its nonce turned out to be used or too high: sign it anew */
  async function settle(tx: SignedTransaction, signal: AbortSignal): Promise<MinedTransaction | undefined> {
    for (;;) {
      try {
        const mined = await broadcaster.send(tx, signal);
        if (mined) return mined;
      } catch (error) {
        const problem = sendProblemOf(error);
        if (problem === "nonce-used") return await findReceipt(endpoint, tx.hash, signal);
        if (problem === "nonce-gap") return undefined;
        if (problem !== "known" && problem !== "busy" && problem !== "not-mined-yet") throw error;
      }
      const mined = await waitForReceipt(components, tx.hash, { patienceMs: PATIENCE.minedMs, signal });
      if (mined) return mined;
      const [latest, pending] = [await countOf("latest", signal), await countOf("pending", signal)];
      // Used by another transaction, or above what a chain that lost its last blocks expects: only a new nonce helps.
      if (latest > tx.nonce || pending < tx.nonce) return await findReceipt(endpoint, tx.hash, signal);
      logger.debug("A transaction is not mined yet", { transaction: tx.hash, nonce: tx.nonce, latest, pending });
    }
  }

  async function sendOne(request: TransactionRequest, signal: AbortSignal): Promise<MinedTransaction> {
    let signed: SignedTransaction | undefined;
    let free = false;
    let retryMs: number = PATIENCE.firstRetryMs;
    let downSince: number | undefined;
    for (let newNonces = 0; ;) {
      try {
        if (signed === undefined) {
          // Asked each time: fees move, and the chain may have come back without the last transactions (R9).
          const gasPrice = await priceOf(signal);
          const nonce = await countOf("pending", signal);
          lookForOthers(nonce);
          signed = await signTransaction(request, { chainId, nonce, gasPrice }, signer);
          free = gasPrice === 0n;
        }
        const mined = await settle(signed, signal);
        downSince = undefined;
        if (mined) return mined;
        logger.debug("A transaction's nonce is taken; signing it again", {
          transaction: signed.hash,
          nonce: signed.nonce,
        });
        if (++newNonces > PATIENCE.newNonces) {
          throw nonceContested(signer.address, "Every nonce that was tried was taken by another transaction");
        }
        signed = undefined;
        retryMs = PATIENCE.firstRetryMs;
      } catch (error) {
        signal.throwIfAborted();
        if (sendProblemOf(error) === "price" && free && !charges) {
          charges = true;
          signed = undefined;
          continue;
        }
        if (sendProblemOf(error) === "funds") throw noFunds(signer.address, error);
        if (!isUnreachable(error)) throw error;
        downSince ??= clock.now();
        if (clock.now() - downSince >= PATIENCE.unreachableMs) throw error;
        // The same signed transaction goes out again: it cannot happen twice.
        await clock.sleep(retryMs, signal);
        retryMs = Math.min(retryMs * 2, PATIENCE.mostRetryMs);
      }
    }
  }

  return {
    async send(request, signal) {
      const turn = last.then(() => {
        signal.throwIfAborted();
        return sendOne(request, signal);
      });
      last = turn.catch(() => {});
      return await turn;
    },
  };
}

function nonceContested(account: string, what: string): SwarmError {
  return new SwarmError(
    "CHAIN_NONCE_CONTESTED",
    `${what} (${account}). If nobody typed a command for this node just now, find the second daemon with its keys and stop it, or have the node suspended.`,
    { account },
  );
}

/** The error for a contract creation that was mined and reverted. */
export function creationReverted(contract: string, mined: MinedTransaction): SwarmError {
  return new SwarmError(
    "CHAIN_DEPLOY_FAILED",
    `Creating ${contract} was reverted in transaction ${mined.transaction}.`,
    { contract, ...mined },
  );
}
