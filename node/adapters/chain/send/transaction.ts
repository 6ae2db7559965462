import { Signature, Transaction } from "ethers";
import type { Address, Bytes32 } from "../../../core/primitives.ts";
import type { Signer } from "../../../ports/signer.ts";
import { toHex } from "../abi/values.ts";

/** What a transaction does, before it has a nonce and a price. */
export interface TransactionRequest {
  /** undefined creates a contract. */
  to?: Address;
  /** `0x` hex. */
  data: string;
  gasLimit: number;
}

/** A transaction as it is sent, the same however often it is. */
export interface SignedTransaction {
  hash: Bytes32;
  raw: string;
  nonce: number;
}

/** Signs as a legacy transaction: every chain takes them, and those with free gas take them at a price of zero. */
export async function signTransaction(
  request: TransactionRequest,
  terms: { chainId: number; nonce: number; gasPrice: bigint },
  signer: Signer,
): Promise<SignedTransaction> {
  const { to, data, gasLimit } = request;
  const transaction = Transaction.from({ type: 0, to: to ?? null, data, gasLimit, value: 0, ...terms });
  const signature = await signer.sign(Uint8Array.from(Buffer.from(transaction.unsignedHash.slice(2), "hex")));
  transaction.signature = Signature.from(toHex(signature));
  return { hash: transaction.hash as Bytes32, raw: transaction.serialized, nonce: terms.nonce };
}
