import type { Endpoint } from "../rpc/endpoint.ts";
import { revertDataOf } from "../abi/revert.ts";
import { sendProblemOf } from "./answers.ts";
import { findReceipt, type MinedTransaction, parseReceipt } from "./receipts.ts";
import type { SignedTransaction } from "./transaction.ts";

/**
 * Hands transactions to the endpoint: with `eth_sendRawTransactionSync` (EIP-7966) where it has that, whose answer is the receipt
 * (one request instead of two or more), else with `eth_sendRawTransaction`.
 */
export class Broadcaster {
  #endpoint: Endpoint;
  #sync = true;

  constructor(endpoint: Endpoint) {
    this.#endpoint = endpoint;
  }

  /** @returns undefined where it was taken and is not mined yet @throws what the endpoint says against it */
  async send(tx: SignedTransaction, signal: AbortSignal): Promise<MinedTransaction | undefined> {
    try {
      if (this.#sync) return parseReceipt(await this.#endpoint.request("eth_sendRawTransactionSync", [tx.raw], signal));
      await this.#endpoint.request("eth_sendRawTransaction", [tx.raw], signal);
      return undefined;
    } catch (error) {
      if (this.#sync && sendProblemOf(error) === "unsupported") {
        this.#sync = false;
        return await this.send(tx, signal);
      }
      // Development chains answer with the revert of what they have just mined.
      const rpcData = (error as { data?: { rpcData?: unknown } }).data?.rpcData;
      const mined =
        revertDataOf(rpcData) === undefined ? undefined : await findReceipt(this.#endpoint, tx.hash, signal);
      if (mined) return mined;
      throw error;
    }
  }
}
