import type { Refusal } from "../../../core/ledger/refusals.ts";
import { decodeRevert, revertDataOf } from "../abi/revert.ts";
import type { Endpoint } from "../rpc/endpoint.ts";
import { hex } from "../rpc/header.ts";
import type { MinedTransaction } from "./receipts.ts";

/** A call to look at again. */
export interface RevertedCall {
  from: string;
  to: string;
  data: string;
  gasLimit: number;
}

/**
 * Why a mined transaction was reverted: asks the endpoint to run the call again on the state of its block and then of the one
 * before, as a receipt does not say. Where others' transactions shared the block the answer can be `Unknown`.
 */
export async function refusalOf(
  endpoint: Endpoint,
  call: RevertedCall,
  mined: MinedTransaction,
  signal: AbortSignal,
): Promise<Refusal> {
  if (mined.gasUsed >= call.gasLimit) return { reason: "OutOfGas", args: { gasLimit: call.gasLimit } };
  const { from, to, data, gasLimit } = call;
  for (const block of [mined.block, mined.block - 1]) {
    try {
      await endpoint.request("eth_call", [{ from, to, data, gas: hex(gasLimit) }, hex(block)], signal);
    } catch (error) {
      signal.throwIfAborted();
      const revert = revertDataOf((error as { data?: { rpcData?: unknown } }).data?.rpcData);
      if (revert !== undefined && revert !== "0x") return decodeRevert(revert);
    }
  }
  return { reason: "Unknown", args: {} };
}
